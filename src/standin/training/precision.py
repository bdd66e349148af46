"""Mixed precision (Micikevicius et al. 2018): layers compute with 16 bits, weights and losses stay in float32."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from standin.core.errors import InputError

PRECISIONS = ("float32", "mixed_bfloat16")
"""Not `mixed_float16`: its gradients vanish unless losses are scaled."""


@contextmanager
def dtype_scope(precision: str) -> Iterator[None]:
    """Layers built in the block compute in this precision; InputError if it is none of `PRECISIONS`."""
    if precision not in PRECISIONS:
        raise InputError(f"precision must be one of {', '.join(map(repr, PRECISIONS))}, got {precision!r}")
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def in_float32(outputs: Any) -> Any:
    """A network's output tensor, or list of tensors, cast to float32, in which losses are computed."""
    return keras.tree.map_structure(lambda tensor: keras.ops.cast(tensor, "float32"), outputs)
