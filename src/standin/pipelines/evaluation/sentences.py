"""A verdict in words that a person can act on."""

from collections.abc import Mapping
from typing import Any


def sentence(model: str, judged: Mapping[str, Any], verdict: Mapping[str, float], confidence: float) -> str:
    """ "Replace: no. A classifier trained on dcgan's images alone loses 6.1 points (95% interval 5.2 to 7.0). ..."

    Args:
        model: the generative model's name.
        judged: its `replace`, `extend`, `copies`, `generator_seeds`.
        verdict: `replace_margin` and `extend_margin`, in points.
        confidence: of the intervals.
    """
    parts = []
    replace, extend = judged["replace"], judged["extend"]
    if replace:
        parts.append(
            f"Replace: {replace['answer']}. A classifier trained on {model}'s images alone{_which(replace)} "
            f"{_change(replace, confidence)} against one trained on real images"
            f"{_doubt(replace, -verdict['replace_margin'], judged['copies'])}."
        )
    if extend:
        parts.append(
            f"Extend: {extend['answer']}. With {model}'s images beside real ones ({extend['arm']}) "
            f"{'it' if replace else 'a classifier'} {_change(extend, confidence)}"
            f"{_doubt(extend, verdict['extend_margin'], judged['copies'])}{_augmented(extend)}."
        )
    if judged["copies"]:
        parts.append(
            "Its images lie closer to training images than new real ones do: they may be copies, and no yes is given."
        )
    if parts and (replace or extend)["of_any_generator"]:
        parts.append("The intervals cover other trainings of the generator, not of the classifier on real images.")
    elif parts:
        trained = "this trained generator" if judged["generator_seeds"] == 1 else "these trained generators"
        parts.append(
            f"The intervals are for {trained}: another training may differ, and three seeds or more would say."
        )
    return " ".join(parts)


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


def _doubt(found: Mapping[str, Any], margin: float, copies: bool) -> str:
    if found["answer"] != "undecided":
        return ""
    if found["low"] <= margin <= found["high"]:
        return f"; the interval holds the margin of {margin:.1f}: more test images or generator seeds would decide"
    if len(found["by_arm"]) > 1 and not copies and not _below_augmented(found):
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
