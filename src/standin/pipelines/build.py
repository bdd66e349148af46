"""How stages become the pipeline of a data set: one namespace for it, one inside for each experiment.

    ingestion ─ pseudo-labeler ─ real arms ─ evaluation ───────────────────────────────┐      namespace `mnist`
        └── generation ─ labeling ─ arms ─ evaluation ─ figures ── (table, report)     namespace `mnist.gan`

An *experiment* is one generative model with one generator seed: `mnist.gan`; where several seeds are asked for,
`mnist.gan.seed_1`.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from kedro.pipeline import Pipeline, pipeline

from standin.experiments.arms import real_arms, slug, synthetic_runs
from standin.pipelines import (
    classification,
    evaluation,
    generation,
    ingestion,
    pseudo_labeling,
    references,
    reporting,
    sample_quality,
)
from standin.pipelines.node_helpers import own

SHARED_PARAMETERS = (
    "augmentation",
    "pseudo_labeling",
    "n_synthetic",
    "classifier",
    "classifier_seeds",
    "synthetic_ratio",
    "bootstrap",
    "sample_quality",
    "withheld_subset",
)
OF_EXPERIMENT = ("predictions", "sample_quality", "scores", "section")
"""What a data set's verdict, table and report take from each experiment."""
OF_SIZE = ("verdict", "accuracy")
"""What a learning curve takes from each size."""
EPOCH_TABLE = "the table by epochs"
"""What of a data set may be left out beside a generative model."""
BASELINE = "standin.models.class_gaussian.ClassGaussian"
SHARED_ROWS = ("train", "validation", "test", "pseudo_labeler", "pseudo_labeler_report", "pseudo_labeler_seen")
REFERENCE_MODELS = tuple(
    f"{model}{part}" for model in ("oracle", "feature_extractor", "regressor") for part in ("", "_seen")
)
REFERENCE_ARRAYS = ("reference_features", "reference_predictions")


def experiments(entry: dict[str, Any]) -> list[tuple[str, str, int]]:
    """(name without the data set's, generative model, generator seed) of each experiment of a data set: those of its
    enabled models."""
    seeds = entry["generator_seeds"]
    return [
        (model if len(seeds) == 1 else f"{model}.seed_{seed}", model, seed)
        for model, described in entry["generative_models"].items()
        if described["enabled"]
        for seed in seeds
    ]


def without(entry: dict[str, Any], parts: Collection[str]) -> dict[str, Any]:
    """A data set's entry with these parts switched off: generative models, all seeds of theirs, or `EPOCH_TABLE`."""
    table = entry["epoch_table"]
    return entry | {
        "generative_models": {
            name: described | {"enabled": described["enabled"] and name not in parts}
            for name, described in entry["generative_models"].items()
        },
        "epoch_table": None if EPOCH_TABLE in parts or (table and table["generative_model"] in parts) else table,
    }


def create_pipeline(
    data_set: str,
    entry: dict[str, Any],
    sizes: dict[str, dict[str, Any]] | None = None,
    failed: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Pipeline:
    """The whole pipeline of one data set.

    Args:
        data_set: its name.
        entry: its complete parameters.
        sizes: of a learning curve, the name and complete parameters of each size.
        failed: data set or size -> what is left out of it -> why, for the verdict to tell.
    """
    if not sizes:
        return _references(data_set, entry) + _comparison(data_set, entry, data_set, failed.get(data_set, {}))
    whole = _references(data_set, entry, ingestion.create_pipeline(keep_whole=_is_cut(entry)))
    for name, own_entry in sizes.items():
        whole += _comparison(name, own_entry, data_set, failed.get(name, {}))
    outside = {own(name, part): f"{name}.{part}" for name in sizes for part in OF_SIZE}
    curve = reporting.create_curve_pipeline({name: own_entry["title"] for name, own_entry in sizes.items()})
    return whole + pipeline(
        curve, namespace=data_set, inputs=outside, parameters={"params:entry": f"params:{data_set}"}
    )


def _baseline(entry: dict[str, Any]) -> str | None:
    """The name of the enabled model that is a Gaussian a class: one that does not beat it has shown nothing."""
    models = entry["generative_models"].items()
    return next((name for name, model in models if model["enabled"] and model["_target_"] == BASELINE), None)


def _is_cut(entry: dict[str, Any]) -> bool:
    return entry["n_real"] is not None or entry["withheld_subset"] is not None


def _references(data_set: str, entry: dict[str, Any], before: Pipeline | None = None) -> Pipeline:
    """The reference models in a data set's namespace; they may see the training images that are cut away, since they
    teach nothing."""
    train = "full_train" if _is_cut(entry) else "train"
    models = references.create_pipeline(train, conditions=bool(entry["conditions"]))
    outside = () if before else (train, "validation", "test")
    return pipeline(
        models + (before or Pipeline([])),
        namespace=data_set,
        inputs={name: f"{data_set}.{name}" for name in outside if name in models.inputs()},
    )


def _comparison(data_set: str, entry: dict[str, Any], references_namespace: str, failed: Mapping[str, str]) -> Pipeline:
    """All of a data set but its reference models, which are those of the namespace `references_namespace`."""
    real = real_arms(entry)
    named = experiments(entry)
    once = (
        ingestion.create_pipeline(keep_whole=_is_cut(entry) and references_namespace == data_set)
        + pseudo_labeling.create_pipeline()
        + classification.create_pipeline(real)
        + references.create_images_pipeline(bool(entry["conditions"]))
        + evaluation.create_pipeline(real, data_set)
        + evaluation.create_verdict_pipeline(
            [(name, model) for name, model, _ in named], _baseline(entry), not _is_cut(entry), failed
        )
        + reporting.create_pipeline([name for name, _, _ in named], epoch_table=bool(entry["epoch_table"]))
    )
    outside = {own(name, part): f"{data_set}.{name}.{part}" for name, _, _ in named for part in OF_EXPERIMENT}
    referenced = [name for name in ("oracle_report", *REFERENCE_MODELS) if name in once.inputs()]
    outside |= {name: f"{references_namespace}.{name}" for name in referenced}
    if entry["epoch_table"]:
        first = next(name for name, model, _ in named if model == entry["epoch_table"]["generative_model"])
        rows = own(first, "labeled_synthetic")
        once += classification.create_epoch_table_pipeline(rows) + evaluation.create_epoch_table_pipeline()
        outside[rows] = f"{data_set}.{first}.labeled_synthetic"
    whole = pipeline(
        once,
        namespace=data_set,
        inputs=outside,
        parameters={"params:entry": f"params:{data_set}"},
    )
    for name, model, seed in named:
        whole += _experiment(data_set, entry, name, model, seed, references_namespace)
    return whole


def _experiment(
    data_set: str, entry: dict[str, Any], name: str, model: str, seed: int, references_namespace: str
) -> Pipeline:
    runs, real = synthetic_runs(entry, model), real_arms(entry)
    arms = [run.name for run in runs]
    template = (
        generation.create_pipeline(seed)
        + pseudo_labeling.create_experiment_pipeline()
        + classification.create_experiment_pipeline(runs)
        + evaluation.create_experiment_pipeline(arms, data_set, model, seed)
        + sample_quality.create_pipeline(f"{data_set}.{name}", bool(entry["conditions"]))
        + reporting.create_experiment_pipeline(data_set, name, arms, real)
    )
    shared = {f"real_curves_{slug(arm)}": f"{data_set}.curves_{slug(arm)}" for arm in real}
    shared |= {name: f"{data_set}.{name}" for name in (*SHARED_ROWS, *REFERENCE_ARRAYS)}
    shared |= {name: f"{references_namespace}.{name}" for name in REFERENCE_MODELS}
    shared |= {f"real_{table}": f"{data_set}.{table}" for table in ("predictions", "recalls")}
    parameters = {f"params:{key}": f"params:{data_set}.{key}" for key in SHARED_PARAMETERS}
    parameters["params:model"] = f"params:{data_set}.generative_models.{model}"
    used = template.inputs()
    return pipeline(
        template,
        namespace=f"{data_set}.{name}",
        inputs={key: value for key, value in shared.items() if key in used},
        parameters={key: value for key, value in parameters.items() if key in used},
    )
