"""Whether generated images repeat training images, according to their sample metrics."""

from collections.abc import Mapping, Sequence
from typing import Any

from standin.metrics.membership import Membership
from standin.verdict.facts import Memorization

PREFIX = "membership_"
FIRST = "membership_auc_p_"
COPIES = 0.001
"""Proportion of exact copies of training images from which they are not taken for chance."""


def memorization_in(metrics: Sequence[Mapping[str, Any]]) -> Memorization | None:
    """The result of the membership tests.

    Images that take the place of withheld ones are tested by their authenticity too: few training images are left that
    they could repeat, too few for the membership tests.

    Args:
        metrics: `MetricResult` as mappings.

    Returns:
        None if there were too few images for the tests to find copies.
    """
    by_name = {metric["name"]: metric for metric in metrics}
    spaces = [name.removeprefix(FIRST) for name in by_name if name.startswith(FIRST)]
    if not spaces or "detectable_copies" not in by_name:
        return None
    tested = {
        space: Membership(*(by_name[f"{PREFIX}{field}_{space}"]["value"] for field in Membership._fields))
        for space in spaces
    }
    space = min(spaces, key=lambda space: (not tested[space].detected, min(tested[space][2:])))
    imputed = by_name.get("imputed_authenticity")
    repeats_imputed = imputed is not None and imputed["real_low"] is not None and imputed["high"] < imputed["real_low"]
    copies = float(by_name["exact_copies"]["value"])
    return Memorization(
        detected=tested[space].detected or repeats_imputed or copies >= COPIES,
        space=space,
        exact_copies=copies,
        detectable_copies=by_name["detectable_copies"]["value"],
        **tested[space]._asdict(),
    )


def worst(results: Sequence[Memorization | None]) -> Memorization | None:
    """Of one result per generator seed, the clearest one; None if a seed could not be tested."""
    tested = [result for result in results if result is not None]
    if len(tested) < len(results):
        return None
    return min(tested, key=lambda result: (not result.detected, -result.exact_copies, min(result.auc_p, result.tpr_p)))
