"""The verdict on a data set: can generated images replace real ones or extend them, and by how much?"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from standin.data.amounts import Warned
from standin.data.subset import on_withheld
from standin.experiments.arms import ARMS, REFERENCE, UNAUGMENTED
from standin.verdict.answers import answer_questions, compare
from standin.verdict.convergence import check_convergence
from standin.verdict.facts import Margins, Memorization, ShortOf
from standin.verdict.formatting import describe_withheld
from standin.verdict.memorization import memorization_in, worst
from standin.verdict.predictions import Correct, correct_by_arm, labels_needed, recall_of, select_images
from standin.verdict.schema import (
    LABEL_CONTROLS,
    SCHEMA_VERSION,
    Answers,
    AnswersWithoutNearDuplicates,
    BaselineComparison,
    Comparison,
    ModelVerdict,
    SubsetAnswers,
    Verdict,
    WithheldAnswers,
)
from standin.verdict.second_network import facts_of, second_networks
from standin.verdict.warnings import REHEARSAL, classes_in, is_near_chance, sentences_of, warn_of_data, warn_of_models
from standin.verdict.wording import add_sentences
from standin.verdict.worth import accuracy_by_image, error_ratio, learning_curve

REPLACING = tuple(arm.key for arm in ARMS.values() if arm.question == "replace")


class _Evidence(NamedTuple):
    """Results of the experiments of one generative model, one experiment per generator seed."""

    correct: Correct
    labels: int | None
    memorization: Memorization | None
    seeds: int


def compute_verdict(
    test: dict[str, np.ndarray],
    predictions: pd.DataFrame,
    scores: pd.DataFrame,
    verdict: dict[str, Any],
    bootstrap: dict[str, Any],
    withheld_subset: dict[str, Any] | None,
    *parts: Any,
    models: Sequence[str],
    baseline: str | None = None,
    whole: bool = True,
    optional: Sequence[str] = (),
    second_network: str | None = None,
    quick: bool = False,
    failed: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """The verdict on each generative model of a data set.

    Args:
        test: the test images, with `image_ids`, `labels`, `class_names`; optionally `groups` and `near_duplicate`.
        predictions, scores: tables of the arms without generated images.
        verdict: fields of `Margins`.
        bootstrap: `resamples`, `confidence`, `seed`.
        withheld_subset: which training images were withheld; None: none.
        parts: the predictions of each experiment, then the sample quality of each, then the scores of each, then those
            of `optional`; with a `second_network`, at the end its predictions of arm real, then of each experiment.
        models: the generative model of each experiment; repeated for each of its generator seeds.
        baseline: the model that the others have to beat; None if it is not one of them.
        whole: whether arm real had all training images; otherwise its accuracy is not checked.
        optional: which of these there are, in this order: `convergence` (the table), `predictions_by_size` (of arm real
            with fewer images), `train`, `oracle_report` and `reference_features` (for warnings).
        second_network: the architecture that has to confirm a yes; None: there is none.
        quick: whether trainings were shortened for a rehearsal.
        failed: what is left out, such as a generative model whose training failed -> why.

    Raises:
        ValueError: if predictions are of other images than `test`.
    """
    real = correct_by_arm(predictions, test)
    if "groups" in test:
        bootstrap = bootstrap | {"groups": test["groups"]}
    margins = Margins.model_validate(verdict)
    short_of = _short_of(real, margins.real_at_least if whole else None)
    evidence = _evidence(test, parts, models)
    budget = labels_needed([scores], LABEL_CONTROLS)
    end = 3 * len(models) + len(optional)
    more = dict(zip(optional, parts[3 * len(models) : end], strict=True))
    seconds = second_networks(test, parts[end:], models) if second_network else {}
    convergence = check_convergence(more["convergence"]) if "convergence" in more else None
    converged = convergence is None or convergence.sufficient
    accuracy = float(real[REFERENCE].mean()) if REFERENCE in real else None
    left_out = (str(withheld_subset["class"]),) if withheld_subset else ()
    common = [Warned(REHEARSAL)] if quick else []
    common += warn_of_data(test, scores[scores["arm"] == REFERENCE], accuracy, convergence, more, left_out)
    by_model = warn_of_models(models, parts[len(models) : 2 * len(models)])
    near_chance = accuracy is not None and is_near_chance(accuracy, test["labels"])
    curve = None
    if "predictions_by_size" in more and REFERENCE in real:
        n_real = int(scores.loc[scores["arm"] == REFERENCE, "n_real"].iloc[0])
        curve = learning_curve(more["predictions_by_size"], real[REFERENCE], n_real)

    def verdict_on(model: str) -> ModelVerdict:
        correct, labels, memorization, seeds = evidence[model]
        allow_yes = short_of is None and not near_chance and memorization is not None and not memorization.detected
        answer = partial(
            answer_questions,
            correct,
            real,
            margins,
            bootstrap,
            allow_yes=allow_yes,
            converged=converged,
            second=seconds.get(model),
        )
        doubtful = classes_in([*common, *by_model[model]], test["class_names"].tolist())
        answers = answer()
        vs_labeled_images = {}
        if answers.replace and labels == budget:
            first = next(correct[arm] for arm in REPLACING if arm in correct)
            vs_labeled_images = {
                arm: _compare_classifiers(first, real[arm], bootstrap) for arm in LABEL_CONTROLS if arm in real
            }
        alone = accuracy_by_image(correct[answers.replace.arm]) if answers.replace else None
        return ModelVerdict(
            replace=answers.replace,
            extend=answers.extend,
            generator_seeds=seeds,
            memorization=memorization,
            worth=None if alone is None or curve is None else curve.worth(alone, bootstrap),
            error_ratio=None if alone is None else error_ratio(alone, accuracy_by_image(real[REFERENCE]), bootstrap),
            labels=labels,
            vs_labeled_images=vs_labeled_images,
            vs_baseline=None if model == baseline else _vs_baseline(correct, baseline, evidence, bootstrap),
            by_class={
                str(name): _on_subset(
                    test["labels"] == label, partial(answer, allow_yes=allow_yes and str(name) not in doubtful)
                )
                for label, name in enumerate(test["class_names"])
            },
            on_withheld=_on_withheld(test, withheld_subset, real | correct, bootstrap["confidence"], answer),
            without_near_duplicates=_without_near_duplicates(test, real | correct, bootstrap["confidence"], answer),
        )

    return add_sentences(
        Verdict(
            schema_version=SCHEMA_VERSION,
            confidence=bootstrap["confidence"],
            margins=margins,
            test_images=len(test["labels"]),
            test_groups=len(np.unique(test["groups"])) if "groups" in test else None,
            near_duplicates=int(test["near_duplicate"].sum()) if "near_duplicate" in test else None,
            short_of=short_of,
            augmentation=_augmentation(real, bootstrap),
            convergence=convergence,
            second_network=facts_of(second_network, seconds),
            real_curve=curve.summary() if curve else None,
            failed=dict(failed),
            warnings=sentences_of(common, by_model),
            generative_models={model: verdict_on(model) for model in evidence},
        )
    )


def _evidence(test: dict[str, np.ndarray], parts: Sequence[Any], models: Sequence[str]) -> dict[str, _Evidence]:
    """`parts` and `models` as `compute_verdict` takes them -> evidence by model."""
    n = len(models)
    predictions, qualities, scores = parts[:n], parts[n : 2 * n], parts[2 * n : 3 * n]
    evidence = {}
    for model in dict.fromkeys(models):
        seeds = [i for i, name in enumerate(models) if name == model]
        generators = [correct_by_arm(predictions[i], test) for i in seeds]
        evidence[model] = _Evidence(
            correct={arm: np.stack([correct[arm] for correct in generators]) for arm in generators[0]},
            labels=labels_needed([scores[i] for i in seeds], REPLACING),
            memorization=worst([memorization_in(qualities[i]["metrics"]) for i in seeds]),
            seeds=len(seeds),
        )
    return evidence


def _short_of(real: Correct, required: float | None) -> ShortOf | None:
    if required is None or REFERENCE not in real:
        return None
    accuracy = 100 * float(real[REFERENCE].mean())
    return ShortOf(accuracy=accuracy, required=required) if accuracy < required else None


def _augmentation(real: Correct, bootstrap: Mapping[str, Any]) -> Comparison | None:
    """What augmentation is worth."""
    if UNAUGMENTED not in real:
        return None
    one_generator = real[REFERENCE][np.newaxis]
    return compare(one_generator, real[UNAUGMENTED], bootstrap)


def _compare_classifiers(correct: np.ndarray, other: np.ndarray, bootstrap: Mapping[str, Any]) -> Comparison:
    """Of as many classifiers each, paired by seed; or of their means: there is one pseudo-labeler."""
    if correct.shape[1] != len(other):
        correct, other = correct.mean(axis=1, keepdims=True), other.mean(axis=0, keepdims=True)
    return compare(correct, other, bootstrap)


def _vs_baseline(
    correct: Correct, baseline: str | None, evidence: Mapping[str, _Evidence], bootstrap: Mapping[str, Any]
) -> BaselineComparison | None:
    """Every arm that a model and the baseline share, paired by generator seed if both have equally many."""
    if baseline is None or baseline not in evidence:
        return None
    by_arm = {}
    for arm, other in evidence[baseline].correct.items():
        if arm in correct:
            paired = other if len(other) == len(correct[arm]) else other.mean(axis=0)
            by_arm[arm] = compare(correct[arm], paired, bootstrap)
    return BaselineComparison(model=baseline, labels=evidence[baseline].labels, by_arm=by_arm) if by_arm else None


def _on_subset(images: np.ndarray, answer: Callable[..., Answers]) -> SubsetAnswers:
    return SubsetAnswers(test_images=int(images.sum()), **dict(answer(images=images)))


def _on_withheld(
    test: dict[str, np.ndarray],
    withheld_subset: dict[str, Any] | None,
    correct: Correct,
    confidence: float,
    answer: Callable[..., Answers],
) -> WithheldAnswers | None:
    if withheld_subset is None:
        return None
    images = on_withheld(test, withheld_subset)
    return WithheldAnswers(
        subset=describe_withheld(withheld_subset),
        recall={arm: recall_of(values, confidence) for arm, values in select_images(correct, images).items()},
        **dict(_on_subset(images, answer)),
    )


def _without_near_duplicates(
    test: dict[str, np.ndarray], correct: Correct, confidence: float, answer: Callable[..., Answers]
) -> AnswersWithoutNearDuplicates | None:
    if "near_duplicate" not in test or not test["near_duplicate"].any():
        return None
    images = ~test["near_duplicate"]
    return AnswersWithoutNearDuplicates(
        accuracy={arm: recall_of(values, confidence) for arm, values in select_images(correct, images).items()},
        **dict(_on_subset(images, answer)),
    )
