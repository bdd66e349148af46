"""What MLflow records of a run in addition to files: parameters of experiments, and outputs as metrics and tags.

Plain values: this module does not know MLflow.
"""

import math
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kedro.io import CatalogProtocol

from standin.config import loader
from standin.config.plan import DataSetPlan
from standin.config.record import resolve_defaults, run_facts
from standin.experiments.ids import experiments

if TYPE_CHECKING:
    import pandas as pd

    from standin.verdict.schema import Verdict

Described = tuple[dict[str, float | None], dict[str, str], dict[str, Any]]
"""Metrics, tags, and files as plain values, by name."""
SCORES = (
    *("accuracy", "accuracy_low", "accuracy_high", "macro_f1", "roc_auc", "average_precision"),
    *("log_loss", "calibration_error", "brier_score", "validation_accuracy", "n_labels_spent", "n_synthetic"),
)
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
    """The name of a run: its pipelines; all sizes of a learning curve have one."""
    plans = loader.plans()
    return "+".join(dict.fromkeys(plans[name].pipeline for name in data_sets if name in plans))


def describe_scores(scores: "pd.DataFrame") -> Described:
    """Mean scores of each arm over classifier seeds."""
    means = scores.groupby("arm")[list(SCORES)].mean().astype(float).iterrows()
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
    """The verdict on one experiment's model: answers as tags, differences as metrics; None if the verdict does not
    contain it.

    Args:
        experiment: tags of its run.
    """
    model = verdict.generative_models.get(experiment["generative_model"])
    if model is None:
        return None
    answers: dict[str, str] = {question: answer.answer for question, answer in model.by_question.items()}
    tags = answers | {"memorized": str(model.memorized), "sentence": model.sentence}
    return dict(model.metrics()), tags, {"verdict.json": model.model_dump(mode="json")}
