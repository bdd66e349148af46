"""What is recorded of a run besides its files: the experiments' parameters, and outputs as metrics and tags.

Plain values: who records them, and where, is not known here.
"""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kedro.io import CatalogProtocol

from standin.config import loader
from standin.config.plan import DataSetPlan
from standin.config.record import resolve_defaults, run_facts
from standin.experiments.ids import experiments
from standin.pipelines.build import SHARED_PARAMETERS

if TYPE_CHECKING:
    import pandas as pd

    from standin.verdict.schema import Verdict

Described = tuple[dict[str, float | None], dict[str, str], dict[str, Any]]
"""Metrics, tags, and files as plain values, by name."""
SCORES = (
    "accuracy",
    "accuracy_low",
    "accuracy_high",
    "macro_f1",
    "roc_auc",
    "average_precision",
    "validation_accuracy",
    "n_labels_spent",
    "n_synthetic",
)
OF_DATA_SET = (
    "source",
    "split_seed",
    "label_budget",
    "n_real",
    "pseudo_labeler",
    "oracle",
    "feature_extractor",
    "regressor",
    "verdict",
)
"""Parameters that an experiment's results depend on in addition to its own and `SHARED_PARAMETERS`."""


def experiment_runs(catalog: CatalogProtocol) -> Iterator[tuple[str, dict[str, str], dict[str, Any]]]:
    """(experiment such as `mnist.gan`, tags, parameters) of each experiment of the project."""
    for plan in loader.plans().values():
        for experiment in experiments(plan.name, plan.entry):
            tags = {"dataset": plan.name, "generative_model": experiment.model}
            entry = _resolved(plan, catalog)
            yield str(experiment), tags, parameters_of(plan.name, entry, experiment.model, experiment.seed)


def run_tags() -> dict[str, str]:
    """When, from which commit and by which command and libraries the run was made."""
    return {"mlflow.source.git.commit" if fact == "commit" else fact: value for fact, value in run_facts().items()}


def _resolved(plan: DataSetPlan, catalog: CatalogProtocol) -> Mapping[str, Any]:
    """A data set's entry with constructor defaults. They are those of the last run if Keras is not imported, which is
    so only if nothing is to be trained."""
    if "keras" not in sys.modules and catalog.exists(f"{plan.name}.run_parameters"):
        return dict(catalog.load(f"{plan.name}.run_parameters"))
    return resolve_defaults(plan.entry)


def parameters_of(data_set: str, entry: Mapping[str, Any], model: str, seed: int) -> dict[str, Any]:
    """What an experiment's results depend on; the model's own parameters without a prefix."""
    shared = {key: entry[key] for key in (*SHARED_PARAMETERS, *OF_DATA_SET)}
    return {"dataset": data_set, "generator_seed": seed} | entry["generative_models"][model] | shared


def run_name(data_sets: Sequence[str]) -> str:
    """The name of a run: its pipelines, a learning curve's for all of its sizes."""
    plans = loader.plans()
    return "+".join(dict.fromkeys(plans[name].pipeline for name in data_sets if name in plans))


def describe_scores(scores: "pd.DataFrame") -> Described:
    """Mean scores of each arm over classifier seeds."""
    means = scores.groupby("arm")[list(SCORES)].mean().iterrows()
    values = {f"{arm}.{score}": float(value) for arm, row in means for score, value in row.items()}
    return {name: value for name, value in values.items() if not math.isnan(value)}, {}, {}


def describe_sample_quality(quality: Mapping[str, Any]) -> Described:
    """Metrics of sample quality; as a tag, the diagnostics of the training."""
    metrics = {
        f"{metric['name']}{'' if part == 'value' else f'.{part}'}": metric[part]
        for metric in quality["metrics"]
        for part in ("value", "low", "high", "real")
    }
    return metrics, {"diagnostics": "; ".join(quality["diagnostics"])} if quality["diagnostics"] else {}, {}


def describe_verdict(verdict: "Verdict", experiment: Mapping[str, str]) -> Described | None:
    """The verdict on one experiment's model: answers as tags, by which runs can be filtered, and the differences behind
    them as metrics; None if it is left out of the verdict.

    Args:
        experiment: tags of its run.
    """
    model = verdict.generative_models.get(experiment["generative_model"])
    if model is None:
        return None
    answers: dict[str, str] = {question: answer.answer for question, answer in model.by_question.items()}
    tags = answers | {"copies": str(model.copies), "sentence": model.sentence}
    return dict(model.metrics()), tags, {"verdict.json": model.model_dump(mode="json")}
