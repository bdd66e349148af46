"""Finds the arguments in the configuration that name files or folders."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from standin.core.instantiate import arguments_of

NAMES, SUFFIXES = ("path", "catalog", "file", "folder"), ("_path", "_file", "_folder", "_dir")
"""Arguments with these names or endings name a file or folder, which may not exist yet."""


def file_arguments(value: Any, root: Path) -> list[str]:
    """The files and folders that arguments of any `_target_` in `value` name.

    Args:
        value: nested parameters.
        root: project folder, to which relative paths refer.
    """
    named: dict[str, str] = {}
    _walk(value, root, lambda text: named.setdefault(text, text))
    return list(named)


def with_absolute_paths(value: Any, root: Path) -> Any:
    """`value` with absolute paths for all files and folders that arguments name."""
    return _walk(value, root, lambda text: str(root / text))


def _walk(value: Any, root: Path, change: Callable[[str], str], key: str | None = None) -> Any:
    """Applies `change` to each string that names a file; `key` is the argument's name inside a `_target_`."""
    if isinstance(value, Mapping):
        arguments = arguments_of(value)[1] if "_target_" in value else {}
        return {
            name: _walk(item, root, change, name if name in arguments or (key and name != "_target_") else None)
            for name, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_walk(item, root, change, key) for item in value]
    return change(value) if isinstance(value, str) and key and _names_file(key, value, root) else value


def _names_file(key: str, text: str, root: Path) -> bool:
    if not text or "://" in text:
        return False
    # A plain word such as `relu` is not a file, even if a folder has that name.
    return key in NAMES or key.endswith(SUFFIXES) or (not text.isidentifier() and (root / text).exists())
