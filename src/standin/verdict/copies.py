"""Do generated images repeat training images? What the sample metrics say of it."""

from collections.abc import Mapping, Sequence
from typing import Any

C_T_LIMIT = -3.0
"""C_T, a z-score, below which generated images are suspected to be copies (Meehan et al. 2020)."""
AUTHENTICITIES = ("authenticity", "imputed_authenticity")


def metrics_of(sample_quality: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The metric results in `sample_quality.json`."""
    return list(sample_quality["metrics"])


def are_copies(metrics: Sequence[Mapping[str, Any]]) -> bool:
    """Whether images lie closer to training images than new real images do: by C_T, or because their authenticity, or
    that of the imputed ones, is below that of new real images by more than chance."""
    by_name = {metric["name"]: metric for metric in metrics}
    c_t = by_name.get("c_t")
    close = c_t is not None and c_t["value"] < min(C_T_LIMIT, 0.0 if c_t["real"] is None else c_t["real"])
    return close or any(_below_real(by_name[name]) for name in AUTHENTICITIES if name in by_name)


def _below_real(metric: Mapping[str, Any]) -> bool:
    """Whether the interval of a proportion lies below that of real images."""
    return metric["real_low"] is not None and bool(metric["high"] < metric["real_low"])
