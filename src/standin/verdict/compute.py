"""Answers the question for a data set: can generated images replace real ones, extend them, and by how much?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from standin.data.subset import on_withheld
from standin.experiments.arms import ARMS, REFERENCE
from standin.verdict.answers import answer_questions, compare, compare_arms
from standin.verdict.copies import are_copies, metrics_of
from standin.verdict.formatting import describe_withheld
from standin.verdict.predictions import (
    Correct,
    correct_by_arm,
    labels_needed,
    recall_of,
    select_images,
    stack_generators,
)
from standin.verdict.schema import (
    LABEL_CONTROLS,
    SCHEMA_VERSION,
    Answers,
    BaselineComparison,
    Comparison,
    Margins,
    ModelVerdict,
    ShortOf,
    SubsetAnswers,
    Verdict,
    WithheldAnswers,
)
from standin.verdict.wording import add_sentences

REPLACING = tuple(arm.key for arm in ARMS.values() if arm.question == "replace")


@dataclass(frozen=True)
class _Evidence:
    """What the experiments of one generative model found, one experiment per generator seed."""

    correct: Correct
    labels: int | None
    copies: bool
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
    failed: Mapping[str, str] = MappingProxyType({}),
) -> Verdict:
    """The verdict on each generative model of a data set.

    Args:
        test: the test images, with `image_ids`, `labels`, `class_names`.
        predictions, scores: of the arms without generated images: every prediction, and the table of scores.
        verdict: fields of `Margins`.
        bootstrap: `resamples`, `confidence`, `seed`.
        withheld_subset: which training images were withheld; None: none.
        parts: for each experiment its predictions, then for each its sample quality, then for each its scores.
        models: the generative model of each experiment; one with several seeds is named several times.
        baseline: the model that the others have to beat; None: it is not among them.
        whole: whether arm real had all training images; otherwise no accuracy is required of it.
        failed: what is left out, such as a generative model whose training failed -> why.

    Raises:
        ValueError: if predictions are of other images than `test`.
    """
    real = correct_by_arm(predictions, test)
    margins = Margins.model_validate(verdict)
    short_of = _short_of(real, margins.real_at_least if whole else None)
    evidence = _evidence(test, parts, models)
    budget = labels_needed([scores], LABEL_CONTROLS)

    def verdict_on(model: str) -> ModelVerdict:
        found = evidence[model]
        allow_yes = not found.copies and short_of is None
        ask = partial(answer_questions, found.correct, real, margins, bootstrap, allow_yes)
        answers = ask()
        same_labels = answers.replace is not None and found.labels == budget
        return ModelVerdict(
            replace=answers.replace,
            extend=answers.extend,
            generator_seeds=found.seeds,
            copies=found.copies,
            labels=found.labels,
            vs_labeled_images=_vs_labeled_images(found, real, bootstrap) if same_labels else {},
            vs_baseline=None if model == baseline else _vs_baseline(found, baseline, evidence, bootstrap),
            by_class=_by_class(test, ask),
            on_withheld=_on_withheld(test, withheld_subset, real | found.correct, bootstrap["confidence"], ask),
        )

    return add_sentences(
        Verdict(
            schema_version=SCHEMA_VERSION,
            confidence=bootstrap["confidence"],
            margins=margins,
            test_images=len(test["labels"]),
            short_of=short_of,
            failed=dict(failed),
            generative_models={model: verdict_on(model) for model in evidence},
        )
    )


def _evidence(test: dict[str, np.ndarray], parts: Sequence[Any], models: Sequence[str]) -> dict[str, _Evidence]:
    """`parts` and `models` as `compute_verdict` takes them -> evidence by model."""
    n = len(models)
    predictions, qualities, scores = parts[:n], parts[n : 2 * n], parts[2 * n :]
    evidence = {}
    for model in dict.fromkeys(models):
        seeds = [i for i, name in enumerate(models) if name == model]
        evidence[model] = _Evidence(
            correct=stack_generators([correct_by_arm(predictions[i], test) for i in seeds]),
            labels=labels_needed([scores[i] for i in seeds], REPLACING),
            copies=any(are_copies(metrics_of(qualities[i])) for i in seeds),
            seeds=len(seeds),
        )
    return evidence


def _short_of(real: Correct, required: float | None) -> ShortOf | None:
    if required is None or REFERENCE not in real:
        return None
    accuracy = 100 * float(real[REFERENCE].mean())
    return ShortOf(accuracy=accuracy, required=required) if accuracy < required else None


def _vs_labeled_images(found: _Evidence, real: Correct, bootstrap: Mapping[str, Any]) -> dict[str, Comparison]:
    """Training on a model's images alone compared with using the same labels without a generator."""
    alone = next(found.correct[arm] for arm in REPLACING if arm in found.correct)
    return {arm: compare(alone, real[arm], bootstrap) for arm in LABEL_CONTROLS if arm in real}


def _vs_baseline(
    found: _Evidence, baseline: str | None, evidence: Mapping[str, _Evidence], bootstrap: Mapping[str, Any]
) -> BaselineComparison | None:
    if baseline is None or baseline not in evidence:
        return None
    by_arm = compare_arms(found.correct, evidence[baseline].correct, bootstrap)
    labels = evidence[baseline].labels
    return BaselineComparison(model=baseline, labels=labels, by_arm=by_arm) if by_arm else None


def _by_class(test: dict[str, np.ndarray], ask: Callable[..., Answers]) -> dict[str, SubsetAnswers]:
    """Class name -> the answers on its test images."""
    images = {str(name): test["labels"] == label for label, name in enumerate(test["class_names"])}
    return {name: SubsetAnswers(test_images=int(mask.sum()), **dict(ask(images=mask))) for name, mask in images.items()}


def _on_withheld(
    test: dict[str, np.ndarray],
    withheld_subset: dict[str, Any] | None,
    correct: Correct,
    confidence: float,
    ask: Callable[..., Answers],
) -> WithheldAnswers | None:
    if withheld_subset is None:
        return None
    mask = on_withheld(test, withheld_subset)
    return WithheldAnswers(
        test_images=int(mask.sum()),
        subset=describe_withheld(withheld_subset),
        recall={arm: recall_of(values, confidence) for arm, values in select_images(correct, mask).items()},
        **dict(ask(images=mask)),
    )
