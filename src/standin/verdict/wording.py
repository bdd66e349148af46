"""A verdict in words that a person can act on."""

from collections.abc import Mapping
from typing import Any

from standin.experiments.arms import arm_of, label_of
from standin.verdict.formatting import change, kind_of

CONTROLS = {
    "vs_augmented": "classical augmentation of real images",
    "vs_oversampled": "repeating real images in place of the missing ones",
}
"""What an arm with generated rows beside real ones has to be no worse than."""


def sentences(
    model: str,
    judged: Mapping[str, Any],
    verdict: Mapping[str, Any],
    confidence: float,
    rows: int,
    baseline: str | None = None,
    short_of: tuple[float, float] | None = None,
    withheld_subset: Mapping[str, Any] | None = None,
) -> list[str]:
    """An answer, or another thing to know, each: "Replace: no. A classifier trained on dcgan's images alone loses 6.1
    points (95% interval 5.2 to 7.0) against one trained on real images."

    Args:
        model: the generative model's name.
        judged: its `replace`, `extend`, `labels`, `vs_labeled_images`, `vs_baseline`, `copies`, `generator_seeds`.
        verdict: `replace_margin` and `extend_margin`, in points.
        confidence: of the intervals.
        rows: how many test rows there are.
        trivial: the model that `vs_baseline` compares with.
        short_of: arm real's accuracy and what it must be, in %, where it is less.
        hole: which train rows were taken out.
    """
    parts = []
    replace, extend = judged["replace"], judged["extend"]
    no_yes = judged["copies"] or short_of is not None
    if replace:
        margin = -verdict["replace_margin"]
        parts.append(
            f"Replace: {replace['answer']}. A classifier trained on {model}'s images alone{_which(replace)} "
            f"{change(replace, rows, confidence, margin)} against one trained on real images"
            f"{_doubt(replace, margin, no_yes)}."
        )
    if extend:
        margin = verdict["extend_margin"]
        parts.append(
            f"Extend: {extend['answer']}. With {model}'s images beside real ones ({_best(extend)}) "
            f"{'it' if replace else 'a classifier'} {change(extend, rows, confidence, margin)}"
            f"{_doubt(extend, margin, no_yes, beside_real=True)}{_controls(extend, margin, rows, confidence)}."
        )
    if withheld_subset and "imputed" in judged["on_withheld"]["recall"]:
        parts.append(_in_hole(judged["on_withheld"], kind_of(withheld_subset), confidence))
    if judged["vs_labeled_images"]:
        parts.append(_against_labels(judged["vs_labeled_images"], judged["labels"], rows, confidence, no_yes))
    if judged["vs_baseline"]:
        parts.append(_against_trivial(model, judged, str(baseline), rows, confidence))
    if short_of is not None:
        parts.append(
            f"The classifier trained on real images is right on {short_of[0]:.1f}%, less than the {short_of[1]:.1f}% "
            "that it must reach: no yes is given."
        )
    if judged["copies"]:
        parts.append(
            "Its images lie closer to training images than new real ones do: they may be copies, and no yes is given."
        )
    if parts:
        parts.append(_reach(replace or extend, judged["generator_seeds"]))
    return parts


def _in_hole(found: Mapping[str, Any], kind: str, confidence: float) -> str:
    """What generated images do for the kind of image that was missing."""
    rows, fill = found["test_images"], found["extend"] and found["extend"]["by_arm"]["imputed"]
    without, filled = (f"{found['recall'][arm]['share']:.1%}" for arm in ("real", "imputed"))
    said = (
        f"Of {rows:,} test images of {kind}, of which training images were missing, real ones alone teach {without}, "
        f"and {filled} with generated ones in their place"
    )
    if not fill:
        return f"{said}."
    others = {
        "classical augmentation": fill["vs_augmented"],
        "others of their class once more in their place (oversampled)": fill["vs_oversampled"],
    }
    more = [f"{change(each, rows, confidence)} against {other}" for other, each in others.items() if each]
    return f"{said}: {', '.join([f'it {change(fill, rows, confidence)}', *more])}."


def _reach(found: Mapping[str, Any], generator_seeds: int) -> str:
    """What else the intervals are for than what was trained."""
    if found["of_any_generator"] and found["of_any_classifier"]:
        return "The intervals cover other trainings of the generator and of the classifiers."
    if found["of_any_generator"]:
        return (
            "The intervals cover other trainings of the generator, not of the classifier on real images: three "
            "classifier seeds or more would say."
        )
    trained = "this trained generator" if generator_seeds == 1 else "these trained generators"
    if found["of_any_classifier"]:
        trained = f"other trainings of the classifiers, on images of {trained} alone"
    return f"The intervals are for {trained}: another training may differ, and three generator seeds or more would say."


def _against_labels(found: Mapping[str, Any], labels: int, rows: int, confidence: float, no_yes: bool) -> str:
    """Arm synthetic against what its labels do without generated images."""
    without = {
        "labeled_subset": f"those {labels:,} labeled real images (labeled_subset)",
        "self_training": "the other real images as the pseudo-labeler names them (self_training)",
    }
    said = " and ".join(f"{change(each, rows, confidence)} against {without[arm]}" for arm, each in found.items())
    worth = not no_yes and found.keys() == without.keys() and all(each["low"] > 0 for each in found.values())
    return (
        f"Its images took {labels:,} labels: training on them alone {said}. "
        f"Generating has {'' if worth else 'not '}been shown to save labels."
    )


def _against_trivial(model: str, judged: Mapping[str, Any], baseline: str, rows: int, confidence: float) -> str:
    found = judged["vs_baseline"]["arms"]
    spoken_of = judged["replace"]["arm"] if judged["replace"] else ""
    arm = spoken_of if spoken_of in found else next(iter(found))
    of_trivial, own = judged["vs_baseline"]["labels"], judged["labels"]
    cost = (
        f", though those took {of_trivial:,} labels"
        if of_trivial is not None and own is not None and of_trivial > own
        else ""
    )
    if found[arm]["high"] < 0:
        end = cost or ": it has shown nothing"
    elif found[arm]["low"] > 0:
        end = ""
    else:
        end = f": it is not certain that they are worth more{cost}"
    return (
        f"{'Alone' if arm_of(arm).question == 'replace' else f'In {arm}'}, against images of {baseline}, the trivial model, {model} "
        f"{change(found[arm], rows, confidence)}{end}."
    )


def _which(replace: Mapping[str, Any]) -> str:
    """Where synthetic was run with several numbers of rows, the one that is spoken of."""
    return f" ({_best(replace)})" if len(replace["by_arm"]) > 1 else ""


def _best(found: Mapping[str, Any]) -> str:
    """The arm that is spoken of, what it is, and whether it is the best of several."""
    several = len(found["by_arm"])
    return f"{found['arm']}: {label_of(found['arm'])}{f'; the best of {several} ways' if several > 1 else ''}"


def _doubt(found: Mapping[str, Any], margin: float, no_yes: bool, beside_real: bool = False) -> str:
    """Why an answer is undecided.

    Args:
        beside_real: whether generated rows stand beside real ones, where a control may be what decides.
    """
    if found["answer"] != "undecided":
        return ""
    more = "" if no_yes else ": more test images or more seeds may decide"
    if found["low"] <= margin <= found["high"]:
        size = f"the {abs(margin):g} point{'' if abs(margin) == 1 else 's'}"
        allowed = f"{size} that may be lost" if margin < 0 else f"{size} that must be gained"
        return f"; the interval holds {allowed if margin else 'no change at all'}{more}"
    if len(found["by_arm"]) > 1 and not no_yes and not (beside_real and _below(found)):
        return f"; but the best of several ways may be so by luck{more}"
    return ""


def _controls(extend: Mapping[str, Any], margin: float, rows: int, confidence: float) -> str:
    """Where what is had without a generative model stands against a yes."""
    below = _below(extend)
    if extend["high"] <= margin or not below or (extend["points"] <= 0 and extend["answer"] != "no"):
        return ""
    said = []
    for control, found in below.items():
        surely = "" if found["high"] < 0 else ", though not surely"
        said.append(f"against {CONTROLS[control]} it {change(found, rows, confidence)}{surely}")
    return f"; but {' and '.join(said)}"


def _below(found: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The controls that did better than the arm that is spoken of."""
    own = found["by_arm"][found["arm"]]
    return {control: own[control] for control in CONTROLS if own[control] and own[control]["points"] < 0}
