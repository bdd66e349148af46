"""Combines the stages into the pipeline of a data set.

    ingestion ─► references ────────────────────────┐
        │                                           │                                            namespace `mnist`,
        ├──► pseudo-labeler ─► classifiers on ──────┼─► evaluation ──────────────┐               once per data set
        │        │             real images          │                            ▼
        │        │                                  │             verdict ─► figures, report
        │        │                                  │                            ▲
        └──► generation ─► pseudo-labeling ─► classifiers on ─► evaluation ──────┘               namespace `mnist.gan`,
                                 │            generated images      ▲                            once per experiment
                                 └──► sample quality ◄── references ┘

A learning curve has this graph for each size. The sizes share the reference models, which are in the namespace of the
curve with its table and figure.
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kedro.pipeline import Pipeline, pipeline

from standin.config.plan import DataSetPlan
from standin.experiments.arms import ARMS, REFERENCE, real_arms, synthetic_runs
from standin.experiments.ids import ExperimentId, experiments, is_image_set
from standin.models.registry import baseline_of
from standin.pipelines.classification import pipeline as classification
from standin.pipelines.classification.pipeline import CHOICE
from standin.pipelines.evaluation import pipeline as evaluation
from standin.pipelines.evaluation.pipeline import ROBUSTNESS_ARMS
from standin.pipelines.generation import pipeline as generation
from standin.pipelines.ingestion import pipeline as ingestion
from standin.pipelines.node_helpers import own, stage
from standin.pipelines.other_classifiers import pipeline as other_classifiers
from standin.pipelines.pseudo_labeling import pipeline as pseudo_labeling
from standin.pipelines.references import pipeline as references
from standin.pipelines.reporting import pipeline as reporting
from standin.pipelines.sample_quality import pipeline as sample_quality
from standin.verdict.warnings import FACTS

REFERENCE_ENTRIES = tuple(
    f"{model}{suffix}"
    for model in ("oracle", "feature_extractor", references.SECOND_EXTRACTOR, "regressor")
    for suffix in ("", "_seen", "_report")
)
"""Catalog entries of the reference models."""
EXPERIMENT_INPUTS = ("checkpoint", "manual_labels")
"""Catalog entries that an experiment reads from its own namespace."""
EXPERIMENT_ENTRIES = ("predictions", "sample_quality", "scores", "section")
"""Catalog entries of an experiment that its data set's verdict, table and report use."""
SIZE_ENTRIES = ("verdict", "accuracy")
"""Catalog entries of a size that its learning curve uses."""
SECOND = "second_predictions"
"""Catalog entry of an experiment that its data set's verdict uses, if there is a second network."""
BOOKKEEPING = ("checkpoint", "manual_labels", "previous_accuracy", "*_seen", "provenance_*")
"""Patterns of catalog entries that say nothing about results: kedro-viz hides them."""
DETAILS = (
    *("copies", "held_out", "*_report", "classifiers_pseudo_labeler", "classifiers_convergence", "curves_*", "mixture"),
    *("scores", "recalls", "robustness", "pixel_scores", "second_predictions", "predictions_by_size", "convergence"),
    *(references.SECOND_EXTRACTOR, "reference_memorization", "reference_predictions", "memorization_controls"),
)
"""Patterns of catalog entries that kedro-viz shows only in the box that makes them, to keep stages readable."""
EPOCH_TABLE = "the table by epochs"
"""The part of a data set, other than generative models, that may be left out."""


def without(entry: dict[str, Any], parts: Collection[str]) -> dict[str, Any]:
    """A data set's parameters with these parts disabled: generative models (with all seeds), or `EPOCH_TABLE`."""
    table = entry["epoch_table"]
    return entry | {
        "generative_models": {
            name: settings | {"enabled": settings["enabled"] and name not in parts}
            for name, settings in entry["generative_models"].items()
        },
        "epoch_table": None if EPOCH_TABLE in parts or (table and table["generative_model"] in parts) else table,
    }


def create_pipeline(
    data_set: DataSetPlan,
    sizes: Sequence[DataSetPlan] = (),
    failed: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> Pipeline:
    """The whole pipeline of a data set or a learning curve.

    Args:
        data_set: the data set or learning curve.
        sizes: the data sets of a learning curve.
        failed: data set or size -> part that is left out -> reason, which the verdict states.
    """
    name, entry = data_set.name, data_set.entry
    if not sizes:
        return _references(name, entry) + _comparison(name, entry, name, failed.get(name, {}))
    whole = _references(name, entry, before=ingestion.create_pipeline(keep_whole=_is_reduced(entry)))
    for size in sizes:
        whole += _comparison(size.name, size.entry, name, failed.get(size.name, {}))
    titles = {size.name: size.entry["title"] for size in sizes}
    return whole + pipeline(
        stage("reporting", reporting.create_curve_pipeline(titles, str(data_set.curve))),
        namespace=name,
        inputs={own(size.name, part): f"{size.name}.{part}" for size in sizes for part in SIZE_ENTRIES},
        parameters={"params:entry": f"params:{name}"},
    )


def _is_reduced(entry: dict[str, Any]) -> bool:
    """Whether only some of the real training images are used."""
    return entry["n_real"] is not None or entry["withheld_subset"] is not None


def _references(data_set: str, entry: dict[str, Any], before: Pipeline | None = None) -> Pipeline:
    """The reference models in a data set's namespace. They may see all training images, since they only score images.

    Args:
        before: the ingestion of a learning curve; its sizes have their own.
    """
    images = "full_train" if _is_reduced(entry) else "train"
    models = references.create_pipeline(images, conditions=bool(entry["conditions"]))
    outside = () if before else (images, "validation", "test")
    return pipeline(
        stage("references", models) + stage("ingestion", before or Pipeline([])),
        namespace=data_set,
        inputs={name: f"{data_set}.{name}" for name in outside if name in models.inputs()},
    )


def _comparison(data_set: str, entry: dict[str, Any], references_namespace: str, failed: Mapping[str, str]) -> Pipeline:
    """Everything of a data set except the reference models, which are in the namespace `references_namespace`."""
    real, named = real_arms(entry), experiments(data_set, entry)
    checked, curve = entry["convergence_check"], entry["real_curve"] is not None and not _is_reduced(entry)
    controls = entry["sample_quality"]["memorization_controls"]
    perturbed = [run for run in named if any(r.name in ROBUSTNESS_ARMS for r in synthetic_runs(entry, run.model))]
    optional = [name for name, wanted in (("convergence", checked), ("predictions_by_size", curve)) if wanted]
    optional += FACTS
    on_pixels = [run for run in named if any(r.arm.question == "replace" for r in synthetic_runs(entry, run.model))]
    on_pixels = on_pixels if entry["pixel_classifiers"] else []
    models = [(experiment.name, experiment.model) for experiment in named]
    baseline = baseline_of(entry["generative_models"])
    keep_whole = _is_reduced(entry) and references_namespace == data_set
    conditions, second = bool(entry["conditions"]), bool(entry["second_classifier"])
    tables = [
        *(["robustness"] if REFERENCE in real else []),
        *(own(run.name, "robustness") for run in perturbed),
        *(own(run.name, "pixel_scores") for run in on_pixels),
    ]
    names = [experiment.name for experiment in named]
    verdict = evaluation.create_verdict_pipeline(
        models,
        baseline,
        whole=not _is_reduced(entry),
        failed=failed,
        optional=optional,
        second_network=_second_network(entry),
        quick=entry["quick"],
    )
    once = (
        stage("ingestion", ingestion.create_pipeline(keep_whole))
        + stage("references", references.create_images_pipeline(conditions, controls))
        + stage("pseudo_labeling", pseudo_labeling.create_pipeline(real))
        + stage("classification", classification.create_pipeline(real, checked, curve))
        + stage("classification", other_classifiers.create_pixel_pipeline(bool(on_pixels)))
        + stage("evaluation", evaluation.create_pipeline(real, data_set, checked, curve))
        + stage("verdict", other_classifiers.create_second_pipeline(models, second) + verdict)
        + stage("reporting", reporting.create_pipeline(names, bool(entry["epoch_table"]), controls, tables))
    )
    outside = {own(run.name, part): f"{run}.{part}" for run in named for part in EXPERIMENT_ENTRIES}
    outside |= {own(run.name, "robustness"): f"{run}.robustness" for run in perturbed}
    outside |= {own(run.name, "pixel_scores"): f"{run}.pixel_scores" for run in on_pixels}
    if entry["second_classifier"]:
        outside |= {own(run.name, SECOND): f"{run}.{SECOND}" for run in named}
    outside |= {name: f"{references_namespace}.{name}" for name in REFERENCE_ENTRIES if name in once.inputs()}
    if entry["epoch_table"]:
        first = next(run for run in named if run.model == entry["epoch_table"]["generative_model"])
        images = own(first.name, "labeled_synthetic")
        table = classification.create_epoch_table_pipeline(images) + evaluation.create_epoch_table_pipeline()
        once += stage("epoch_table", table)
        outside[images] = f"{first}.labeled_synthetic"
    whole = pipeline(once, namespace=data_set, inputs=outside, parameters={"params:entry": f"params:{data_set}"})
    return sum((_experiment(experiment, entry, references_namespace) for experiment in named), whole)


def _second_network(entry: dict[str, Any]) -> str | None:
    """The architecture of the second network, such as resnet; None: there is none."""
    second = entry["second_classifier"]
    return str(second["model"]["_target_"]).rpartition(".")[2] if second else None


def _experiment(experiment: ExperimentId, entry: dict[str, Any], references_namespace: str) -> Pipeline:
    """An experiment in its namespace. Its free inputs are entries and parameters of the data set."""
    data_set, name, model, seed = experiment.data_set, experiment.name, experiment.model, experiment.seed
    runs, trained = synthetic_runs(entry, model), [arm for arm in real_arms(entry) if ARMS[arm].pool]
    arms, choice = [run.name for run in runs], [CHOICE] if any(run.candidates for run in runs) else []
    given = is_image_set(entry["generative_models"][model])
    seeds = [other for other in experiments(data_set, entry) if other.model == model]
    predictions = {"predictions" if other == experiment else own(other.name, "predictions"): other for other in seeds}
    images = generation.create_given_pipeline(seed) if given else generation.create_pipeline(seed)
    others = other_classifiers.create_experiment_pipeline(
        runs, model, [*predictions], bool(entry["second_classifier"]), bool(entry["pixel_classifiers"])
    )
    quality = sample_quality.create_pipeline(f"{data_set}.{name}", bool(entry["conditions"]), trained=not given)
    template = (
        stage("generation", images)
        + stage("pseudo_labeling", pseudo_labeling.create_experiment_pipeline())
        + stage("classification", classification.create_experiment_pipeline(runs))
        + stage("evaluation", evaluation.create_experiment_pipeline(arms, data_set, model, seed))
        + stage("other_classifiers", others)
        + stage("sample_quality", quality)
        + stage("reporting", reporting.create_experiment_pipeline(data_set, name, arms, trained, choice))
    )
    inputs: dict[str, str] = {}
    parameters: dict[str, str] = {}
    for used in template.inputs() - {*EXPERIMENT_INPUTS}:
        if used == "params:model":
            parameters[used] = f"params:{data_set}.generative_models.{model}"
        elif used in predictions:
            inputs[used] = f"{predictions[used]}.predictions"
        elif used.startswith("params:"):
            parameters[used] = f"params:{data_set}.{used.removeprefix('params:')}"
        else:
            namespace = references_namespace if used in REFERENCE_ENTRIES else data_set
            inputs[used] = f"{namespace}.{used.removeprefix('real_')}"
    return pipeline(template, namespace=str(experiment), inputs=inputs, parameters=parameters)
