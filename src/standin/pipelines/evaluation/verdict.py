"""The node that answers the question for a data set: replace? extend? yes, no or undecided, and by how much."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from standin.data.cut import in_hole
from standin.metrics.difference import Difference, difference
from standin.metrics.verdict import Judgement, extend, replace
from standin.pipelines.arms import arm_of
from standin.pipelines.evaluation.sentences import sentence

Arrays = dict[str, np.ndarray]
Calls = dict[str, np.ndarray]
"""Arm -> whether each call is right, (classifiers, rows); of several generators (generators, classifiers, rows)."""
COPIES_BELOW = -3.0
"""C_T, a z-score, below which generated images are suspected to be copies (Meehan et al. 2020)."""


def judge(
    test: Arrays,
    predictions: pd.DataFrame,
    verdict: dict[str, float],
    bootstrap: dict[str, Any],
    hole: dict[str, Any] | None,
    *parts: Any,
    models: Sequence[str],
) -> dict[str, Any]:
    """The verdict on each generative model of a data set.

    Args:
        test: the rows that were called.
        predictions: every call of the arms without generated rows.
        verdict: `replace_margin` and `extend_margin`, in points.
        bootstrap: `resamples`, `confidence`, `seed`.
        hole: which train rows were taken out; None: none.
        parts: for each experiment its predictions, then for each its examination.
        models: the generative model of each experiment; one that has several seeds is named several times.

    Returns:
        `confidence`, `margins`, `test_rows`, and `generative_models`: name -> `generator_seeds`, `copies` (whether its
        images are suspected to be), `replace` and `extend` (None where their arms were not run); `by_class`: class name
        -> `replace` and `extend`; where there is a hole, `in_hole`: the same for test rows that are like the missing
        ones, with each arm's `recall`; and all of it as a `sentence`. Differences, in points, have `points`, `low`,
        `high`.

    Raises:
        ValueError: if a table has calls of other rows than `test`.
    """
    real = calls_of(predictions, test)
    found = {}
    for model in dict.fromkeys(models):
        own = [i for i, name in enumerate(models) if name == model]
        each = [calls_of(parts[i], test) for i in own]
        made = {arm: np.stack([calls[arm] for calls in each]) for arm in each[0]}
        classes = {str(name): test["labels"] == c for c, name in enumerate(test["class_names"])}
        copies = any(are_copies(parts[len(models) + i]["findings"]) for i in own)
        judged = {
            "generator_seeds": len(own),
            "copies": copies,
            **_answers(made, real, verdict, bootstrap, copies),
            "by_class": {
                name: _answers(_of(made, rows), _of(real, rows), verdict, bootstrap, copies)
                for name, rows in classes.items()
            },
        }
        if hole is not None:
            rows = in_hole(test, hole)
            judged["in_hole"] = {
                "test_rows": int(rows.sum()),
                "recall": {arm: float(calls[..., rows].mean()) for arm, calls in (real | made).items()},
                **_answers(_of(made, rows), _of(real, rows), verdict, bootstrap, copies),
            }
        found[model] = judged | {"sentence": sentence(model, judged, verdict, bootstrap["confidence"])}
    return {
        "confidence": bootstrap["confidence"],
        "margins": verdict,
        "test_rows": len(test["labels"]),
        "generative_models": found,
    }


def calls_of(predictions: pd.DataFrame, test: Arrays) -> Calls:
    """Whether each call is right, (classifiers, rows) by arm, classifiers in the order of their seeds.

    Raises:
        ValueError: if a classifier called other rows than `test`.
    """
    calls: dict[str, list[np.ndarray]] = {}
    for (arm, seed), rows in predictions.groupby(["arm", "classifier_seed"], sort=False):
        if not np.array_equal(rows["row_id"], test["row_ids"]):
            raise ValueError(f"classifier {seed} of arm {arm} must have called the test rows, and called other ones")
        calls.setdefault(str(arm), []).append((rows["label"] == rows["predicted"]).to_numpy())
    return {arm: np.stack(each) for arm, each in calls.items()}


def are_copies(findings: Sequence[dict[str, Any]]) -> bool:
    """Whether images lie closer to training rows than new real rows do: by C_T, or because their authenticity is
    below that of new real rows by more than chance."""
    by_name = {finding["name"]: finding for finding in findings}
    authenticity, c_t = by_name.get("authenticity"), by_name.get("c_t")
    close = c_t is not None and c_t["value"] < min(COPIES_BELOW, 0.0 if c_t["real"] is None else c_t["real"])
    if authenticity is None:
        return close
    reach = authenticity["high"] - authenticity["value"]  # that of as many real rows is about the same
    return close or authenticity["high"] < authenticity["real"] - reach


def _of(calls: Calls, rows: np.ndarray) -> Calls:
    return {arm: each[..., rows] for arm, each in calls.items()}


def _answers(
    made: Calls, real: Calls, verdict: dict[str, float], bootstrap: dict[str, Any], copies: bool
) -> dict[str, Any]:
    """`replace` and `extend` for one model, on all test rows or on those of one class; copies prove nothing, so that
    no answer is yes where images may be."""
    if "R" not in real or real["R"].shape[-1] < 2:
        return {"replace": None, "extend": None}
    margins = {name: margin / 100 for name, margin in verdict.items()}

    def against(arm: str, other: str, above: float) -> Difference:
        return difference(made[arm], real[other], above=above, **bootstrap)

    answers: dict[str, Any] = {"replace": None, "extend": None}
    confidence = bootstrap["confidence"]
    augmented = {arm: against(arm, "R+aug", 0.0) for arm in made} if "R+aug" in real else {}
    alone = [arm for arm in made if arm_of(arm) == "S"]
    if alone:
        margin = margins["replace_margin"]
        losses = {arm: against(arm, "R", -margin) for arm in alone}
        answers["replace"] = _told(replace(losses, margin, confidence), losses, augmented)
    beside = [arm for arm in made if arm_of(arm) != "S"]
    if beside:
        margin = margins["extend_margin"]
        gains = {arm: against(arm, "R", margin) for arm in beside}
        own = {arm: augmented[arm] for arm in beside if augmented}
        answers["extend"] = _told(extend(gains, own, margin, confidence), gains, augmented)
    for found in (each for each in answers.values() if each and copies):
        for told in (found, *found["by_arm"].values()):
            if told["answer"] == "yes":
                told["answer"] = "undecided"
    return answers


def _told(judgement: Judgement, found: Mapping[str, Difference], augmented: Mapping[str, Difference]) -> dict[str, Any]:
    by_arm = {
        arm: {
            "answer": judgement.by_arm[arm],
            **_in_points(each),
            "against_augmented": _in_points(augmented[arm]) if augmented else None,
        }
        for arm, each in found.items()
    }
    return {"answer": judgement.answer, "arm": judgement.arm, **_in_points(found[judgement.arm]), "by_arm": by_arm}


def _in_points(found: Difference) -> dict[str, Any]:
    return {
        "points": 100 * found.value,
        "low": 100 * found.low,
        "high": 100 * found.high,
        "of_any_generator": found.of_any_generator,
    }
