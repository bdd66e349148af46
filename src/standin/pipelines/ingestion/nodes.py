"""Nodes of the ingestion stage."""

from typing import Any

import numpy as np

from standin.core.errors import InputError
from standin.core.instantiate import arguments_of, resolve_target
from standin.data.split import draw_labelled, split
from standin.data.subset import cut, in_hole

Arrays = dict[str, np.ndarray]


def ingest(
    source: dict[str, Any],
    conditions: list[str],
    split_seed: int,
    real_rows: int | None,
    hole: dict[str, Any] | None,
    label_budget: int | None,
    *,
    keep_whole: bool = False,
) -> tuple[Arrays, ...]:
    """Loads the source and decides which rows are what, before anything looks at them.

    Args:
        source: `_target_` of a loader and its arguments.
        conditions: names of what the source is to know of each image beside its label.
        split_seed: of all draws.
        real_rows, hole: which train rows there are to be; see `standin.data.subset`.
        label_budget: how many train rows have labels that a labeller may read; None is all.
        keep_whole: whether to return all train rows too, for judges.

    Returns:
        Train, validation, test and labelled rows (the last are part of train); where asked for, all train rows.

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
    train = cut(rows["train"], real_rows, hole, split_seed)
    if hole is not None and not in_hole(rows["test"], hole).any():
        raise InputError(f"hole: no test row is like those that are taken out, {hole}: nothing would be measured")
    labelled = draw_labelled(train, label_budget, split_seed)
    return train, rows["validation"], rows["test"], labelled, *([rows["train"]] if keep_whole else [])
