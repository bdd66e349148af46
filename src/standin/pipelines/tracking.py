"""What is recorded of a run besides its files: the experiments' parameters, and outputs as metrics and tags.

Plain values: who records them, and where, is not known here.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from standin.config import loader
from standin.pipelines.build import SHARED_PARAMETERS, experiments

if TYPE_CHECKING:
    import pandas as pd

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


def experiment_runs() -> Iterator[tuple[str, dict[str, str], dict[str, Any]]]:
    """(experiment such as `mnist.gan`, tags, parameters) of each experiment of the project."""
    for data_set, entry in loader.data_sets().items():
        for name, model, seed in experiments(entry):
            tags = {"dataset": data_set, "generative_model": model}
            yield f"{data_set}.{name}", tags, parameters_of(data_set, entry, model, seed)


def parameters_of(data_set: str, entry: Mapping[str, Any], model: str, seed: int) -> dict[str, Any]:
    """What an experiment's results depend on; the model's own parameters without a prefix."""
    shared = {key: entry[key] for key in (*SHARED_PARAMETERS, *OF_DATA_SET)}
    return {"dataset": data_set, "generator_seed": seed} | entry["generative_models"][model] | shared


def run_name(data_sets: Sequence[str]) -> str:
    """The name of a run: its pipelines, a learning curve's for all of its sizes."""
    entries = loader.data_sets()
    return "+".join(dict.fromkeys(entries.get(name, {}).get("part_of", name) for name in data_sets))


def describe_scores(scores: "pd.DataFrame") -> Described:
    """Mean scores of each arm over classifier seeds."""
    means = scores.groupby("arm")[list(SCORES)].mean().iterrows()
    values = {f"{arm}.{score}": float(value) for arm, row in means for score, value in row.items()}
    return {name: value for name, value in values.items() if not math.isnan(value)}, {}, {}


def describe_sample_quality(quality: Mapping[str, Any]) -> Described:
    """Metrics of sample quality; as a tag, what was noticed in training."""
    metrics = {
        f"{finding['name']}{'' if part == 'value' else f'.{part}'}": finding[part]
        for finding in quality["findings"]
        for part in ("value", "low", "high", "real")
    }
    return metrics, {"noticed": "; ".join(quality["noticed"])} if quality["noticed"] else {}, {}


def describe_verdict(verdict: Mapping[str, Any], experiment: Mapping[str, str]) -> Described | None:
    """The verdict on one experiment's model: answers as tags, by which runs can be filtered, and the differences behind
    them as metrics; None if it is left out of the verdict.

    Args:
        experiment: tags of its run.
    """
    judged = verdict["generative_models"].get(experiment["generative_model"])
    if judged is None:
        return None
    answers = {question: judged[question]["answer"] for question in ("replace", "extend") if judged[question]}
    tags = answers | {"copies": judged["copies"], "sentence": judged["sentence"]}
    return dict(_differences(judged)), tags, {"verdict.json": judged}


def _differences(judged: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """(name, value) of the differences in percentage points behind a verdict, with their intervals."""
    differences: dict[str, Any] = {}
    for where, answers in (("", judged), ("on_withheld.", judged.get("on_withheld", {}))):
        for question in ("replace", "extend"):
            answer = answers.get(question)
            if not answer:
                continue
            differences[f"{where}{question}"] = answer
            for arm, comparison in answer["by_arm"].items():
                differences[f"{where}{arm}.vs_real"] = comparison
                for control in ("vs_augmented", "vs_oversampled"):
                    if comparison[control]:
                        differences[f"{where}{arm}.{control}"] = comparison[control]
    for other, arms in (
        ("baseline", (judged["vs_baseline"] or {}).get("arms")),
        ("labels", judged["vs_labeled_images"]),
    ):
        differences |= {f"against_{other}.{arm}": comparison for arm, comparison in (arms or {}).items()}
    for name, difference in differences.items():
        yield from ((f"{name}.{part}", difference[part]) for part in ("points", "low", "high"))
    for arm, recall in judged.get("on_withheld", {"recall": {}})["recall"].items():
        yield f"on_withheld.{arm}.recall", recall["share"]
