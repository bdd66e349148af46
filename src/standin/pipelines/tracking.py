"""What MLflow records of a run in addition to files: parameters of experiments, and outputs as metrics and tags.

Plain values: this module does not know MLflow.
"""

import math
import shlex
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click
from kedro.io import CatalogProtocol

from standin.config import loader
from standin.config.plan import DataSetPlan
from standin.config.record import resolve_defaults, run_facts
from standin.experiments.ids import experiments

if TYPE_CHECKING:
    import pandas as pd

    from standin.verdict.schema import Verdict

DESCRIPTION = "description"
"""Tag with the description of a run, in words."""
Described = tuple[dict[str, float | None], dict[str, str], dict[str, Any]]
"""Metrics, tags, and files as plain values, by name."""
SCORES = (
    *("accuracy", "accuracy_low", "accuracy_high", "macro_f1", "roc_auc", "average_precision"),
    *("log_loss", "calibration_error", "brier_score", "validation_accuracy", "n_labels_spent", "n_synthetic"),
)
LONGEST_NAME = 200
"""Characters of the name of a run."""
SHARED_PARAMETERS = (
    *("source", "split_seed", "n_real", "label_budget", "withheld_subset", "n_synthetic", "synthetic_ratio"),
    *("augmentation", "pseudo_labeler", "pseudo_labeling", "classifier", "second_classifier", "classifier_seeds"),
    *("oracle", "feature_extractor", "regressor", "sample_quality", "bootstrap", "verdict"),
)
"""Parameters of a data set on which the results of each experiment depend."""


def experiment_runs(
    catalog: CatalogProtocol, namespaces: Collection[str]
) -> Iterator[tuple[str, dict[str, str], dict[str, Any]]]:
    """(experiment such as `mnist.gan`, tags, parameters) of each of the project's experiments in these namespaces."""
    for plan in loader.plans().values():
        for experiment in experiments(plan.name, plan.entry):
            if str(experiment) not in namespaces:
                continue
            tags = {"dataset": plan.name, "generative_model": experiment.model}
            entry = _resolved(plan, catalog)
            shared = {key: entry[key] for key in SHARED_PARAMETERS}
            about = {"dataset": plan.name, "generator_seed": experiment.seed}
            yield str(experiment), tags, about | entry["generative_models"][experiment.model] | shared


def run_tags() -> dict[str, str]:
    """Date, commit, command and library versions of the run."""
    return {"mlflow.source.git.commit" if fact == "commit" else fact: value for fact, value in run_facts().items()}


def _resolved(plan: DataSetPlan, catalog: CatalogProtocol) -> Mapping[str, Any]:
    """A data set's parameters with constructor defaults. Without Keras, which is not imported if nothing is trained,
    they are those of the last run."""
    if "keras" not in sys.modules and catalog.exists(f"{plan.name}.run_parameters"):
        return dict(catalog.load(f"{plan.name}.run_parameters"))
    return resolve_defaults(plan.entry)


def run_name(data_sets: Sequence[str]) -> str:
    """The name of a run: its pipelines (all sizes of a learning curve have one), and what its command sets, such as
    `mnist, env=seeds, mnist.label_budget=500`."""
    plans = loader.plans()
    name = "+".join(dict.fromkeys(plans[name].pipeline for name in data_sets if name in plans))
    return ", ".join([name, *options_of(run_facts().get("command", ""))])[:LONGEST_NAME]


def options_of(command: str) -> list[str]:
    """The environment and parameters of a `kedro run` command line."""
    options = click.Command("run", params=[click.Option(["--env", "-e"]), click.Option(["--params"])])
    program, *words = shlex.split(command) or [""]
    if program != "kedro":
        return []
    options.context_settings = {"ignore_unknown_options": True, "allow_extra_args": True}
    given = options.make_context("run", words, resilient_parsing=True).params
    return [*([f"env={given['env']}"] if given["env"] else []), *([given["params"]] if given["params"] else [])]


def describe_scores(scores: "pd.DataFrame") -> Described:
    """Mean scores of each arm over classifier seeds."""
    means = scores.groupby("arm")[list(SCORES)].mean().astype(float).iterrows()
    values = {f"{score}/{arm}": float(value) for arm, row in means for score, value in row.items()}
    return {name: value for name, value in values.items() if not math.isnan(value)}, {}, {}


def describe_sample_quality(quality: Mapping[str, Any]) -> Described:
    """Metrics of sample quality; as a tag, the diagnostics of the training."""
    metrics = {
        f"quality/{metric['name']}{'' if part == 'value' else f'.{part}'}": metric[part]
        for metric in quality["metrics"]
        for part in ("value", "low", "high", "real")
    }
    return metrics, {"diagnostics": "; ".join(quality["diagnostics"])} if quality["diagnostics"] else {}, {}


def describe_verdict(verdict: "Verdict", experiment: Mapping[str, str]) -> Described | None:
    """The verdict on one experiment's model: answers as tags, differences as metrics; None if the verdict does not
    contain it.

    Args:
        experiment: tags of its run.
    """
    model = verdict.generative_models.get(experiment["generative_model"])
    if model is None:
        return None
    answers: dict[str, str] = {question: answer.answer for question, answer in model.by_question.items()}
    tags = answers | {"memorized": str(model.memorized), "sentence": model.sentence, DESCRIPTION: model.sentence}
    metrics: dict[str, float | None] = {verdict_metric(name): value for name, value in model.metrics()}
    return metrics, tags, {"verdict.json": model.model_dump(mode="json")}


def describe_whole_verdict(verdict: "Verdict") -> Described:
    """The verdict on all models of a data set: differences of the answers, the answers as a tag, and the verdict in
    words as the description of the run."""
    metrics: dict[str, float | None] = {verdict_metric(name): value for name, value in verdict.metrics()}
    answers = []
    for model, of_model in verdict.generative_models.items():
        for question, answer in of_model.by_question.items():
            metrics[f"verdict/{model}_{question}_points"] = answer.best.pp
            answers.append(f"{model}: {question} {answer.words}")
    words = "\n\n".join(f"**{model}**: {of_model.sentence}" for model, of_model in verdict.generative_models.items())
    return metrics, {"verdict": "; ".join(answers), DESCRIPTION: words}, {}


def verdict_metric(name: str) -> str:
    """`replace.pp` -> `verdict/replace_points`."""
    return f"verdict/{name.replace('.pp', '_points').replace('.', '_')}"
