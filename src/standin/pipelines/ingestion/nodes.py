"""Nodes of the ingestion stage."""

from typing import Any

import numpy as np

from standin.core.errors import InputError
from standin.core.instantiate import arguments_of, resolve_target
from standin.data.split import draw_labeled, split
from standin.data.subset import cut, on_withheld

Arrays = dict[str, np.ndarray]


def ingest(
    source: dict[str, Any],
    conditions: list[str],
    split_seed: int,
    n_real: int | None,
    withheld_subset: dict[str, Any] | None,
    label_budget: int | None,
    *,
    keep_whole: bool = False,
) -> tuple[Arrays, ...]:
    """Loads the source and decides which rows are what, before anything looks at them.

    Args:
        source: `_target_` of a loader and its arguments.
        conditions: names of what the source is to know of each image beside its label.
        split_seed: of all draws.
        n_real, hole: which train rows there are to be; see `standin.data.subset`.
        label_budget: how many train rows have labels that a pseudo-labeler may read; None is all.
        keep_whole: whether to return all train rows too, for judges.

    Returns:
        Train, validation, test and labeled rows (the last are part of train); where asked for, all train rows.

    Raises:
        InputError: if the source has other conditions, or a number or a name does not fit.
    """
    target, arguments = arguments_of(source)
    loaded = resolve_target(target)(**arguments)
    if list(loaded.condition_names) != conditions:
        raise InputError(
            f"conditions must name what {target} gives, {list(loaded.condition_names)}, in this order; got {conditions}"
        )
    rows = split(loaded, split_seed)
    train = cut(rows["train"], n_real, withheld_subset, split_seed)
    if withheld_subset is not None and not on_withheld(rows["test"], withheld_subset).any():
        raise InputError(
            f"hole: no test row is like those that are taken out, {withheld_subset}: nothing would be measured"
        )
    labeled = draw_labeled(train, label_budget, split_seed)
    return train, rows["validation"], rows["test"], labeled, *([rows["train"]] if keep_whole else [])
