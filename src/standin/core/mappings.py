"""Nested mappings: flatten, overlay; and values shortened for messages."""

from collections.abc import Iterator, Mapping
from typing import Any


def flatten(parameters: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of every leaf of nested mappings."""
    for key, value in parameters.items():
        if isinstance(value, Mapping):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def shorten(value: Any) -> str:
    """The `repr` of a value, truncated to 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def overlay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`base` updated by `over`, mapping by mapping; a mapping with another `_target_` replaces the one in `base`, whose
    arguments are those of the other target."""
    if over.get("_target_", base.get("_target_")) != base.get("_target_"):
        base = {}
    merged = dict(base)
    for key, value in over.items():
        below = base.get(key)
        merged[key] = (
            overlay(below if isinstance(below, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return merged
