"""Whether generated images may be copies of training images, according to their sample metrics."""

from collections.abc import Mapping, Sequence
from typing import Any

C_T_LIMIT = -3.0
"""C_T, a z-score, below which generated images are suspected to be copies (Meehan et al. 2020)."""
AUTHENTICITIES = ("authenticity", "imputed_authenticity")


def are_copies(metrics: Sequence[Mapping[str, Any]]) -> bool:
    """Whether generated images are closer to training images than new real images are: by C_T, or because an
    authenticity's interval lies below that of new real images."""
    by_name = {metric["name"]: metric for metric in metrics}
    c_t = by_name.get("c_t")
    if c_t and c_t["value"] < min(C_T_LIMIT, 0.0 if c_t["real"] is None else c_t["real"]):
        return True
    authenticities = [by_name[name] for name in AUTHENTICITIES if name in by_name]
    return any(metric["real_low"] is not None and metric["high"] < metric["real_low"] for metric in authenticities)
