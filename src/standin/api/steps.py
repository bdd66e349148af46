"""The steps of a comparison in memory: functions of the pipeline's nodes, with the same names of inputs and outputs.

A test compares them with the pipeline's nodes. Names of experiments' results and parameters (`params:...`) are as in a
pipeline; `theirs__scores` are the scores of the set `theirs`.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from standin.experiments.arms import ARMS, REFERENCE, Run, slug
from standin.figures.accuracy import accuracy_intervals
from standin.pipelines.classification.nodes import train_arm, train_by_size, train_convergence, train_mixture
from standin.pipelines.evaluation.nodes import evaluate, evaluate_convergence, predict_by_size
from standin.pipelines.evaluation.robustness import evaluate_robustness
from standin.pipelines.node_helpers import own
from standin.pipelines.other_classifiers.pixels import evaluate_pixel_classifiers, evaluate_pixel_classifiers_on_real
from standin.pipelines.other_classifiers.second_network import pool_of, train_second_classifier, train_second_on_real
from standin.pipelines.pseudo_labeling.nodes import label_synthetic, train_pseudo_labeler
from standin.pipelines.references.images import extract_reference_features, predict_reference_images
from standin.pipelines.references.memorization import extract_memorization_features
from standin.pipelines.references.nodes import train_feature_extractor, train_oracle
from standin.pipelines.reporting.nodes import draw_experiment, draw_real, draw_verdict, keep_parameters, tabulate
from standin.pipelines.sample_quality.collect import collect_results
from standin.pipelines.sample_quality.figures import draw_figures
from standin.pipelines.sample_quality.metric_nodes import (
    compute_fidelity,
    compute_memorization,
    compute_prediction_metrics,
)
from standin.pipelines.sample_quality.nodes import check_leakage, extract_sample_features, predict_samples
from standin.pipelines.seeds import FEATURE_EXTRACTOR_SEED, ORACLE_SEED, PSEUDO_LABELER_SEED, SECOND_EXTRACTOR_SEED
from standin.reports.dataset_report import build_report
from standin.reports.experiment_section import SECTION_FIGURES, write_section
from standin.verdict.compute import compute_verdict
from standin.verdict.warnings import FACTS


class Step(NamedTuple):
    """A call of `function(*inputs, **constants)`, whose results get the names `outputs`.

    Attributes:
        what: for progress, such as "classifier on generated images".
        work: trainings that it includes, for the time left.
    """

    function: Callable[..., Any]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    constants: Mapping[str, Any] = MappingProxyType({})
    what: str = ""
    work: float = 0.0


TRAINING = ("params:classifier", "params:classifier_seeds")
MARGINS = ("params:verdict", "params:bootstrap", "params:withheld_subset")
QUALITY, SUBSET = "params:sample_quality", "params:withheld_subset"
EXTRACTORS = ("feature_extractor", "second_feature_extractor")
METRICS = ("prediction_metrics", "fidelity_metrics", "memorization_metrics")
"""Results of `metric_steps`."""


def reference_steps() -> list[Step]:
    """Reference models, and what they give for real images."""
    first, second = EXTRACTORS
    seen, held_out = [f"{name}_seen" for name in EXTRACTORS], ("validation", "test")
    parameters = "params:feature_extractor"
    return [
        Step(
            train_oracle,
            ("train", "validation", "params:oracle"),
            ("oracle", "oracle_report", "oracle_seen"),
            {"seed": ORACLE_SEED},
            "the oracle, which predicts classes of generated images",
            1,
        ),
        Step(
            train_feature_extractor,
            ("train", parameters),
            (first, seen[0]),
            {"seed": FEATURE_EXTRACTOR_SEED},
            "the feature extractor",
            1,
        ),
        Step(
            train_feature_extractor,
            ("train", parameters),
            (second, seen[1]),
            {"seed": SECOND_EXTRACTOR_SEED, "half": 1, "stage": second},
            "the second feature extractor",
            1,
        ),
        Step(
            extract_memorization_features,
            (first, seen[0], second, seen[1], "train", *held_out, "held_out", QUALITY, SUBSET),
            ("reference_memorization",),
        ),
        Step(
            extract_reference_features,
            (first, seen[0], "train", *held_out, QUALITY, SUBSET, "reference_memorization"),
            ("reference_features",),
        ),
        Step(predict_reference_images, ("oracle", "oracle_seen", *held_out, QUALITY), ("reference_predictions",)),
    ]


def pseudo_labeler_steps() -> list[Step]:
    """The pseudo-labeler, for images without labels."""
    outputs = tuple(f"pseudo_labeler{part}" for part in ("", "_report", "_seen"))
    inputs = ("labeled", "params:pseudo_labeler")
    what = "the pseudo-labeler"
    return [Step(train_pseudo_labeler, inputs, outputs, {"seed": PSEUDO_LABELER_SEED}, what, 1)]


def real_steps(entry: Mapping[str, Any], arms: Sequence[str], data_set: str) -> list[Step]:
    """Classifiers on real images and their scores."""
    pool, seeds = {"_target_": ARMS[REFERENCE].pool}, len(entry["classifier_seeds"])
    steps = [_arm_step(Run(arm), seeds) for arm in arms]
    if entry["convergence_check"]:
        steps += [
            Step(
                train_convergence,
                (*TRAINING, "train"),
                ("classifiers_convergence",),
                {"pool": pool, "twice": True},
                "real images for half and twice the steps",
                2.5,
            ),
        ]
    if entry["real_curve"]:
        what = "fewer real images"
        outputs = ("classifiers_by_size", "provenance_by_size")
        inputs: tuple[str, ...] = (*TRAINING, "params:real_curve", "train")
        steps.append(Step(train_by_size, inputs, outputs, {"pool": pool}, what, entry["real_curve"]))
        inputs = ("test", "classifiers_by_size", "provenance_by_size")
        steps.append(Step(predict_by_size, inputs, ("predictions_by_size",)))
    steps += [_evaluate_step(arms, data_set, None, None), _robustness_step(REFERENCE, None)]
    if entry["convergence_check"]:
        inputs = ("validation", "classifiers_convergence", "scores", "params:classifier_seeds")
        steps.append(Step(evaluate_convergence, inputs, ("convergence",)))
    if entry["pixel_classifiers"]:
        inputs = ("params:pixel_classifiers", "params:pixel_images", "train", "test", f"provenance_{REFERENCE}")
        steps.append(Step(evaluate_pixel_classifiers_on_real, inputs, ("pixel_scores",)))
    return steps


def experiment_steps(
    entry: Mapping[str, Any], runs: Sequence[Run], data_set: str, name: str, model: str, place: int
) -> list[Step]:
    """Labels of a set of generated images, classifiers on them, their scores, and sample quality. Names that begin with
    `real_` are results of the real images."""
    parameters = ("params:pseudo_labeling", "params:n_synthetic", "params:synthetic_ratio")
    inputs: tuple[str, ...] = (
        "synthetic",
        "pseudo_labeler",
        "pseudo_labeler_seen",
        "train",
        "manual_labels",
        *parameters,
    )
    steps = [Step(label_synthetic, inputs, ("labeled_synthetic", "label_report"))]
    seeds = len(entry["classifier_seeds"])
    steps += [_arm_step(run, seeds) for run in runs]
    steps += [_evaluate_step([run.name for run in runs], data_set, model, place), _robustness_step("synthetic", model)]
    if entry["pixel_classifiers"]:
        arrays = ("real_pixel_scores", "train", "test", "labeled_synthetic", "provenance_synthetic")
        constants = {"generative_model": model, "amount": None}
        inputs = ("params:pixel_classifiers", *arrays)
        steps.append(Step(evaluate_pixel_classifiers, inputs, ("pixel_scores",), constants))
    return steps + _quality_steps(name)


def metric_steps() -> list[Step]:
    """Metrics of generated images. Outputs are named as in the pipeline's namespace `sample_quality`."""
    seen = ("oracle_seen", "feature_extractor_seen")
    report, labeled = "leakage_report", "labeled_synthetic"
    return [
        Step(check_leakage, (labeled, "train", "validation", "test", *seen), (report,)),
        Step(
            extract_sample_features,
            (report, *EXTRACTORS, labeled, "train", "reference_memorization", QUALITY, SUBSET),
            ("features", "distances"),
        ),
        Step(predict_samples, (report, "oracle", "synthetic", labeled, QUALITY), ("sample_quality.predictions",)),
        Step(
            compute_prediction_metrics,
            ("sample_quality.predictions", "reference_predictions", "train", QUALITY),
            METRICS[:1],
        ),
        Step(compute_fidelity, ("features", "reference_features"), METRICS[1:2]),
        Step(compute_memorization, ("features", "reference_features", "distances"), METRICS[2:]),
    ]


def _quality_steps(experiment: str) -> list[Step]:
    images = ("synthetic", "labeled_synthetic", "train", "test")
    arrays = ("features", "reference_features", "sample_quality.predictions", "reference_predictions")
    return [
        *metric_steps(),
        Step(
            draw_figures,
            (*images, *arrays, QUALITY),
            ("sample_quality_figures", "captions"),
            {"experiment": experiment},
        ),
        Step(
            collect_results,
            ("captions", "history", "snapshots", "train", "labeled_synthetic", *arrays[2:], *METRICS),
            ("sample_quality", "samples"),
        ),
    ]


def second_network_steps(runs: Sequence[Run], predictions: Sequence[str]) -> list[Step]:
    """The second network, where a yes is possible: for an experiment.

    Args:
        predictions: of the first network, of all sets of one model.
    """
    pools = {run.name: pool_of(run) for run in runs if run.arm.question and run.arm.reference == REFERENCE}
    names = tuple(dict.fromkeys(entry for pool in pools.values() for entry in pool["inputs"]))
    settings = ("params:second_classifier", "params:classifier_seeds", "test", "params:verdict")
    inputs = (*settings, "real_predictions", *predictions, *names)
    constants = {"names": names, "runs": pools}
    what = "the second network"
    return [Step(train_second_classifier, inputs, ("second_predictions",), constants, what, 1)]


def verdict_steps(entry: Mapping[str, Any], names: Sequence[str], models: Sequence[str]) -> list[Step]:
    """The verdict and the table, once all experiments have their results."""
    steps, second = [], []
    if entry["second_classifier"]:
        settings = ("params:second_classifier", "params:classifier_seeds", "test", "params:verdict")
        inputs = (*settings, "predictions", *(own(name, "predictions") for name in names), *ARMS[REFERENCE].inputs)
        constants: dict[str, Any] = {"models": tuple(models), "pool": {"_target_": ARMS[REFERENCE].pool}}
        steps.append(Step(train_second_on_real, inputs, ("second_predictions",), constants, "the second network", 1))
        second = ["second_predictions", *(own(name, "second_predictions") for name in names)]
    wanted = (("convergence", entry["convergence_check"]), ("predictions_by_size", entry["real_curve"]))
    optional = (*(name for name, is_wanted in wanted if is_wanted), *FACTS)
    results = [own(name, part) for part in ("predictions", "sample_quality", "scores") for name in names]
    constants = {"models": tuple(models), "baseline": None, "whole": True, "optional": optional}
    if second:
        constants["second_network"] = str(entry["second_classifier"]["model"]["_target_"]).rpartition(".")[2]
    if entry["quick"]:
        constants["quick"] = True
    inputs = ("test", "predictions", "scores", *MARGINS, *results, *optional, *second)
    return [
        *steps,
        Step(compute_verdict, inputs, ("verdict",), constants),
        Step(tabulate, ("scores", *(own(name, "scores") for name in names)), ("accuracy",)),
    ]


def section_steps(runs: Sequence[Run], real_arms: Sequence[str], name: str) -> list[Step]:
    """An experiment's figures and its section of the report."""
    arms = [run.name for run in runs]
    results = ("snapshots", "labeled_synthetic", "history", "predictions", "real_predictions", "test")
    curves = [f"real_curves_{slug(arm)}" for arm in real_arms] + [f"curves_{slug(arm)}" for arm in arms]
    tables = ("label_report", "pseudo_labeler_report", "history", "recalls", "real_recalls")
    choice = ["mixture"] if any(run.candidates for run in runs) else []
    constants = {"arms": (*real_arms, *arms), "experiment": name}
    inputs = (*tables, "sample_quality", "sample_quality_figures", "samples", *SECTION_FIGURES, *choice)
    return [
        Step(draw_experiment, (*results, *curves), SECTION_FIGURES, constants),
        Step(write_section, inputs, ("section",), {"experiment": name}),
    ]


def report_steps(entry: Mapping[str, Any], names: Sequence[str]) -> list[Step]:
    """The report, once all experiments have their sections."""
    title = "params:title"
    optional = ["robustness", *(own(name, "robustness") for name in names)]
    optional += [own(name, "pixel_scores") for name in names] if entry["pixel_classifiers"] else []
    results = ("verdict", "accuracy", "previous_accuracy", "run_parameters", "oracle_report", "copies")
    figures = ("verdict_figure", "accuracy_figure", "real_figure")
    inputs = (*results, *figures, *(own(name, "section") for name in names), *optional)
    return [
        Step(accuracy_intervals, ("accuracy", title), ("accuracy_figure",)),
        Step(draw_verdict, ("verdict", title), ("verdict_figure",)),
        Step(draw_real, ("train", title), ("real_figure",)),
        Step(keep_parameters, ("params:entry", "verdict"), ("run_parameters",)),
        Step(build_report, inputs, ("report",), {"experiments": tuple(names), "optional": tuple(optional)}),
    ]


def _arm_step(run: Run, seeds: int) -> Step:
    name, pool, choice = slug(run.name), {"_target_": run.arm.pool}, bool(run.candidates)
    outputs = tuple(f"{part}_{name}" for part in ("classifiers", "curves", "provenance"))
    what = f"classifier on {run.arm.label}"
    if choice:
        inputs, constants = (*TRAINING, "validation", *run.arm.inputs), {"pool": pool, "candidates": run.candidates}
        return Step(train_mixture, inputs, (*outputs, "mixture"), constants, what, len(run.candidates) + seeds - 1)
    inputs = (*TRAINING, *run.arm.inputs)
    return Step(train_arm, inputs, outputs, {"pool": pool, "amount": run.amount}, what, seeds)


def _robustness_step(arm: str, model: str | None) -> Step:
    inputs = ("test", "params:bootstrap", f"classifiers_{arm}", f"provenance_{arm}")
    return Step(evaluate_robustness, inputs, ("robustness",), {"arm": arm, "generative_model": model})


def _evaluate_step(arms: Sequence[str], data_set: str, model: str | None, place: int | None) -> Step:
    data = tuple(f"{part}_{slug(arm)}" for arm in arms for part in ("classifiers", "provenance"))
    constants = {"arms": tuple(arms), "dataset": data_set, "generative_model": model, "generator_seed": place}
    return Step(
        evaluate, ("test", "validation", "params:bootstrap", *data), ("scores", "recalls", "predictions"), constants
    )
