"""The node that answers the question for a data set: replace? extend? yes, no or undecided, and by how much."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from standin.data.subset import on_withheld
from standin.experiments.arms import ARMS, arm_of
from standin.metrics.proportion import wilson_interval
from standin.verdict.decision import Judgment, extend, replace
from standin.verdict.statistics import Difference, difference
from standin.verdict.wording import sentences

Arrays = dict[str, np.ndarray]
Calls = dict[str, np.ndarray]
"""Arm -> whether each call is right, (classifiers, rows); of several generators (generators, classifiers, rows)."""
LABEL_CONTROLS = tuple(arm.key for arm in ARMS.values() if arm.label_control)
COPIES_BELOW = -3.0
"""C_T, a z-score, below which generated images are suspected to be copies (Meehan et al. 2020)."""
AUTHENTICITIES = ("authenticity", "imputed_authenticity")


def compute_verdict(
    test: Arrays,
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
) -> dict[str, Any]:
    """The verdict on each generative model of a data set.

    Args:
        test: the rows that were called.
        predictions, scores: every call of the arms without generated rows, and their table.
        verdict: `replace_margin` and `extend_margin`, in points; `real_at_least`, the accuracy in % that arm real must
            reach with all train rows, or no answer is yes; None: any.
        bootstrap: `resamples`, `confidence`, `seed`.
        hole: which train rows were taken out; None: none.
        parts: for each experiment its predictions, then for each its examination, then for each its scores.
        models: the generative model of each experiment; one that has several seeds is named several times.
        trivial: that of the models which the others have to beat; None: it is not among them.
        whole: whether arm real had all train rows.
        failed: what is left out, such as a generative model whose training came to nothing -> why.

    Returns:
        `confidence`, `margins`, `test_images`, `short_of` (arm real's accuracy and what it must be, in %, where it is less
        and no answer is yes, else None), `failed`, and `generative_models`, by name:
        - `generator_seeds`; `copies`, whether its images are suspected to be; `labels`, how many its rows
          took, of real rows and by hand (None where arm synthetic was not run);
        - `replace` and `extend` (None where their arms were not run);
        - `vs_labeled_images`: where a pseudo-labeler with a budget named its rows, arm synthetic's difference from the arms that spend
          the same labels without generated rows; `vs_baseline`: by `arms`, the differences from the trivial
          model's, which took so many `labels`;
        - `by_class`: class name -> `replace`, `extend`, `test_images`;
        - where there is a hole, `on_withheld`: the same of test rows like the missing ones, each arm's `recall` (`share`,
          `low`, `high`);
        - all of it in words: `sentences`, and these as one, `sentence`.
        Differences are in points, with `points`, `low`, `high`.

    Raises:
        ValueError: if a table has calls of other rows than `test`.
    """
    real = calls_of(predictions, test)
    short_of = _short_of(real, verdict["real_at_least"] if whole else None)
    n = len(models)
    experiments = {model: [i for i, name in enumerate(models) if name == model] for model in models}
    calls = {model: _stacked([calls_of(parts[i], test) for i in own]) for model, own in experiments.items()}
    labels = {model: labels_of([parts[2 * n + i] for i in own], "synthetic") for model, own in experiments.items()}
    found = {}
    for model, own in experiments.items():
        copies = any(are_copies(parts[n + i]["metrics"]) for i in own)
        answers = partial(_answers, verdict=verdict, bootstrap=bootstrap, no_yes=copies or short_of is not None)
        by_trivial = _differences(calls[model], calls.get(baseline or ""), bootstrap) if model != baseline else {}
        judged = {
            "generator_seeds": len(own),
            "copies": copies,
            "labels": labels[model],
            **answers(calls[model], real),
            "vs_labeled_images": None,
            "vs_baseline": {"labels": labels[baseline or ""], "arms": by_trivial} if by_trivial else None,
            **_of_parts(test, calls[model], real, withheld_subset, bootstrap["confidence"], answers),
        }
        if labels[model] == labels_of([scores], "labeled_subset") and judged["replace"]:
            alone = calls[model]["synthetic"]
            judged["vs_labeled_images"] = {
                arm: _in_points(difference(alone, real[arm], **bootstrap)) for arm in LABEL_CONTROLS if arm in real
            }
        said = sentences(
            model, judged, verdict, bootstrap["confidence"], len(test["labels"]), baseline, short_of, withheld_subset
        )
        found[model] = judged | {"sentences": said, "sentence": " ".join(said)}
    return {
        "confidence": bootstrap["confidence"],
        "margins": verdict,
        "test_images": len(test["labels"]),
        "short_of": short_of,
        "failed": dict(failed),
        "generative_models": found,
    }


def _short_of(real: Calls, must: float | None) -> tuple[float, float] | None:
    if must is None or "real" not in real:
        return None
    accuracy = 100 * float(real["real"].mean())
    return (accuracy, must) if accuracy < must else None


def _of_parts(
    test: Arrays,
    made: Calls,
    real: Calls,
    withheld_subset: dict[str, Any] | None,
    confidence: float,
    answers: Callable[[Calls, Calls], dict[str, Any]],
) -> dict[str, Any]:
    """`by_class`, and where there is a hole `on_withheld`."""
    classes = {str(name): test["labels"] == c for c, name in enumerate(test["class_names"])}
    found: dict[str, Any] = {
        "by_class": {
            name: {"test_images": int(rows.sum()), **answers(_of(made, rows), _of(real, rows))}
            for name, rows in classes.items()
        }
    }
    if withheld_subset is not None:
        rows = on_withheld(test, withheld_subset)
        found["on_withheld"] = {
            "test_images": int(rows.sum()),
            "recall": {arm: _recall(calls[..., rows], confidence) for arm, calls in (real | made).items()},
            **answers(_of(made, rows), _of(real, rows)),
        }
    return found


def _recall(calls: np.ndarray, confidence: float) -> dict[str, float]:
    """The share of rows called rightly, the mean over generators and classifiers, with Wilson's interval."""
    share, rows = float(calls.mean()), calls.shape[-1]
    low, high = wilson_interval(round(share * rows), rows, confidence)
    return {"share": share, "low": low, "high": high}


def calls_of(predictions: pd.DataFrame, test: Arrays) -> Calls:
    """Whether each call is right, (classifiers, rows) by arm, classifiers in the order of their seeds.

    Raises:
        ValueError: if a classifier called other rows than `test`.
    """
    calls: dict[str, list[np.ndarray]] = {}
    for (arm, seed), rows in predictions.groupby(["arm", "classifier_seed"], sort=False):
        if not np.array_equal(rows["image_id"], test["image_ids"]):
            raise ValueError(f"classifier {seed} of arm {arm} must have called the test rows, and called other ones")
        calls.setdefault(str(arm), []).append((rows["label"] == rows["predicted"]).to_numpy())
    return {arm: np.stack(each) for arm, each in calls.items()}


def are_copies(findings: Sequence[dict[str, Any]]) -> bool:
    """Whether images lie closer to training rows than new real rows do: by C_T, or because their authenticity, or that
    of those in the place of missing rows, is below that of new real rows by more than chance."""
    by_name = {finding["name"]: finding for finding in findings}
    c_t = by_name.get("c_t")
    close = c_t is not None and c_t["value"] < min(COPIES_BELOW, 0.0 if c_t["real"] is None else c_t["real"])
    return close or any(_below_real(by_name[name]) for name in AUTHENTICITIES if name in by_name)


def _below_real(finding: Mapping[str, Any]) -> bool:
    """Whether a share and that of real rows have intervals that do not meet."""
    return finding["real_low"] is not None and bool(finding["high"] < finding["real_low"])


def _of(calls: Calls, rows: np.ndarray) -> Calls:
    return {arm: each[..., rows] for arm, each in calls.items()}


def _stacked(each: Sequence[Calls]) -> Calls:
    """Calls of one generator each -> (generators, classifiers, rows) by arm."""
    return {arm: np.stack([calls[arm] for calls in each]) for arm in each[0]}


def labels_of(tables: Sequence[pd.DataFrame], arm: str) -> int | None:
    """How many labels an arm took, of real rows and by hand, the most of several tables; None where it was not run."""
    own = [table[table["arm"] == arm] for table in tables]
    return max(
        (int((rows["n_labels_spent"] + rows["n_manual_labels"]).max()) for rows in own if len(rows)), default=None
    )


def _differences(made: Calls, others: Calls | None, bootstrap: dict[str, Any]) -> dict[str, Any]:
    """Each arm that both models were put through, the first against the second: paired by seed where both have as
    many."""
    found = {}
    for arm, other in (others or {}).items():
        if arm in made:
            beside = other if len(other) == len(made[arm]) else other.mean(axis=0)
            found[arm] = _in_points(difference(made[arm], beside, **bootstrap))
    return found


def _answers(
    made: Calls, real: Calls, *, verdict: Mapping[str, Any], bootstrap: dict[str, Any], no_yes: bool
) -> dict[str, Any]:
    """`replace` and `extend` for one model, on all test rows or on those of one class.

    Args:
        verdict: margins, in points.
        no_yes: whether a yes would prove nothing, since images may be copies or real ones were badly learned from.
    """
    if "real" not in real or real["real"].shape[-1] < 2:
        return {"replace": None, "extend": None}

    def against(arm: str, other: str, above: float) -> Difference:
        return difference(made[arm], real[other], above=above, **bootstrap)

    answers: dict[str, Any] = {"replace": None, "extend": None}
    confidence = bootstrap["confidence"]
    augmented = {arm: against(arm, "real_augmented", 0.0) for arm in made if "real_augmented" in real}
    repeated = {arm: against(arm, "oversampled", 0.0) for arm in made if arm == "imputed" and "oversampled" in real}
    alone = [arm for arm in made if arm_of(arm).question == "replace"]
    if alone:
        margin = verdict["replace_margin"] / 100
        losses = {arm: against(arm, "real", -margin) for arm in alone}
        answers["replace"] = _told(replace(losses, margin, confidence), losses, augmented, repeated)
    beside = [arm for arm in made if arm_of(arm).question == "extend"]
    if beside:
        margin = verdict["extend_margin"] / 100
        gains = {arm: against(arm, "real", margin) for arm in beside}
        judgment = extend(gains, [augmented, repeated], margin, confidence)
        answers["extend"] = _told(judgment, gains, augmented, repeated)
    for found in (each for each in answers.values() if each and no_yes):
        for told in (found, *found["by_arm"].values()):
            if told["answer"] == "yes":
                told["answer"] = "undecided"
    return answers


def _told(
    judgment: Judgment,
    found: Mapping[str, Difference],
    augmented: Mapping[str, Difference],
    repeated: Mapping[str, Difference],
) -> dict[str, Any]:
    by_arm = {
        arm: {
            "answer": judgment.by_arm[arm],
            **_in_points(each),
            "vs_augmented": _in_points(augmented[arm]) if arm in augmented else None,
            "vs_oversampled": _in_points(repeated[arm]) if arm in repeated else None,
        }
        for arm, each in found.items()
    }
    return {"answer": judgment.answer, "arm": judgment.arm, **_in_points(found[judgment.arm]), "by_arm": by_arm}


def _in_points(found: Difference) -> dict[str, Any]:
    return {
        "points": 100 * found.value,
        "low": 100 * found.low,
        "high": 100 * found.high,
        "of_any_generator": found.of_any_generator,
        "of_any_classifier": found.of_any_classifier,
    }
