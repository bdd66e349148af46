"""Nested mappings: flattened, overlaid, shown."""

from collections.abc import Iterator, Mapping
from typing import Any


def flatten(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of every leaf of nested mappings."""
    for key, value in parameters.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def shown(value: Any) -> str:
    """A value, cut short where it is long."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def overlay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid over `base`, mapping by mapping; another `_target_` takes none of the arguments of the one below
    it."""
    if over.get("_target_", base.get("_target_")) != base.get("_target_"):
        base = {}
    merged = dict(base)
    for key, value in over.items():
        below = base.get(key)
        merged[key] = (
            overlay(below if isinstance(below, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return merged
