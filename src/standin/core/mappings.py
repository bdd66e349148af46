"""Nested mappings: flatten and overlay them, shorten their values for messages."""

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
    """`base` recursively updated by `over`. A mapping with another `_target_` replaces the one in `base`, since the
    arguments there belong to the old target."""
    merged = dict(base) if over.get("_target_", base.get("_target_")) == base.get("_target_") else {}
    for key, value in over.items():
        below = merged.get(key)
        is_mapping = isinstance(value, Mapping)
        merged[key] = overlay(below if isinstance(below, Mapping) else {}, value) if is_mapping else value
    return merged
