"""A verdict in words that a person can act on."""

from collections.abc import Mapping
from typing import Any


def sentence(
    model: str,
    judged: Mapping[str, Any],
    verdict: Mapping[str, Any],
    confidence: float,
    trivial: str | None = None,
    short_of: tuple[float, float] | None = None,
) -> str:
    """ "Replace: no. A classifier trained on dcgan's images alone loses 6.1 points (95% interval 5.2 to 7.0). ..."

    Args:
        model: the generative model's name.
        judged: its `replace`, `extend`, `against_trivial`, `copies`, `generator_seeds`.
        verdict: `replace_margin` and `extend_margin`, in points.
        confidence: of the intervals.
        trivial: the model that `against_trivial` compares with.
        short_of: arm R's accuracy and what it must be, in %, where it is less.
    """
    parts = []
    replace, extend = judged["replace"], judged["extend"]
    no_yes = judged["copies"] or short_of is not None
    if replace:
        parts.append(
            f"Replace: {replace['answer']}. A classifier trained on {model}'s images alone{_which(replace)} "
            f"{_change(replace, confidence)} against one trained on real images"
            f"{_doubt(replace, -verdict['replace_margin'], no_yes)}."
        )
    if extend:
        parts.append(
            f"Extend: {extend['answer']}. With {model}'s images beside real ones ({extend['arm']}) "
            f"{'it' if replace else 'a classifier'} {_change(extend, confidence)}"
            f"{_doubt(extend, verdict['extend_margin'], no_yes)}{_augmented(extend)}."
        )
    if judged["against_trivial"]:
        parts.append(_against_trivial(judged["against_trivial"], str(trivial), confidence))
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
    return " ".join(parts)


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
    for_them = (
        f"cover other trainings of the classifiers, on images of {trained} alone"
        if found["of_any_classifier"]
        else f"are for {trained}"
    )
    return f"The intervals {for_them}: another training may differ, and three generator seeds or more would say."


def _against_trivial(found: Mapping[str, Any], trivial: str, confidence: float) -> str:
    arm = "S" if "S" in found else next(iter(found))
    points, low, high = (round(found[arm][part], 1) + 0.0 for part in ("points", "low", "high"))
    start = "Alone, its images" if arm == "S" else f"In {arm}, its images"
    other = f"those of {trivial}, the trivial model"
    if found[arm]["high"] < 0:
        least, most = 0.0 - high, 0.0 - low
        return (
            f"{start} are worth {-points} points less than {other} ({confidence:.0%} interval {least} to {most}): "
            "it has shown nothing."
        )
    worth = f"{points} points more than" if found[arm]["low"] > 0 else "no more for certain than"
    gained = "" if found[arm]["low"] > 0 else f"{points:+} points, "
    return f"{start} are worth {worth} {other} ({gained}{confidence:.0%} interval {low} to {high})."


def _which(replace: Mapping[str, Any]) -> str:
    """Where S was run with several numbers of rows, the one that is spoken of."""
    return f" ({replace['arm']})" if len(replace["by_arm"]) > 1 else ""


def _change(found: Mapping[str, Any], confidence: float) -> str:
    if found["points"] < 0:
        return _points("loses", -found["points"], -found["high"], -found["low"], confidence)
    return _points("gains", found["points"], found["low"], found["high"], confidence)


def _points(verb: str, points: float, low: float, high: float, confidence: float) -> str:
    # Adding 0 makes a zero of "-0.0".
    points, low, high = (round(number, 1) + 0.0 for number in (points, low, high))
    return f"{verb} {points} points ({confidence:.0%} interval {low} to {high})"


def _doubt(found: Mapping[str, Any], margin: float, no_yes: bool) -> str:
    if found["answer"] != "undecided":
        return ""
    if found["low"] <= margin <= found["high"]:
        return f"; the interval holds the margin of {margin:.1f}: more test images or generator seeds would decide"
    if len(found["by_arm"]) > 1 and not no_yes and not _below_augmented(found):
        return "; but the best of several arms may be so by luck: more test images or generator seeds would decide"
    return ""


def _augmented(extend: Mapping[str, Any]) -> str:
    besides = extend["by_arm"][extend["arm"]]["against_augmented"]
    if extend["points"] <= 0 or not _below_augmented(extend):
        return ""
    surely = "" if besides["high"] < 0 else ", though not surely"
    return f", {-besides['points']:.1f} points less than classical augmentation{surely}"


def _below_augmented(found: Mapping[str, Any]) -> bool:
    besides = found["by_arm"][found["arm"]]["against_augmented"]
    return bool(besides and besides["points"] < 0)
