"""Which arguments in the configuration name files or folders."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from standin.core.instantiate import arguments_of

NAMES, SUFFIXES = ("path", "catalog", "file", "folder"), ("_path", "_file", "_folder", "_dir")
"""Of arguments that name a file or folder whether or not it exists yet."""


def file_arguments(value: Any, root: Path) -> Iterator[str]:
    """The files and folders that arguments of any `_target_` in `value` name.

    Args:
        value: parameters, however nested.
        root: folder of the project, against which relative paths are resolved.
    """
    named: dict[str, None] = {}

    def remember(text: str) -> str:
        named[text] = None
        return text

    _walk(value, root, remember)
    yield from named


def with_absolute_paths(value: Any, root: Path) -> Any:
    """`value` with every file and folder that an argument names as an absolute path."""
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
    # A plain word such as `relu` is no file, even where a folder of that name exists.
    return key in NAMES or key.endswith(SUFFIXES) or (not text.isidentifier() and (root / text).exists())
