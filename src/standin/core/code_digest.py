"""Of which code a result is: digests of all modules that a function or a class can reach.

A module counts with what it imports, wherever in it that stands, and with what parameters name by `_target_`. Comments,
docstrings and layout do not count; templates beside a module do. Of other packages those count that compute figures,
by version.
"""

import ast
import functools
import hashlib
import importlib.util
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from standin.core.errors import InputError
from standin.core.registry import allowed_packages

COMPUTING = ("galsim", "keras", "numpy", "pillow", "scikit-learn", "scipy")
CHOOSES_BACKEND = "standin.training.backend"
"""The one module that imports another by a name that is not written out."""


def code_digests(function: Callable[..., Any], parameters: Iterable[Any] = ()) -> dict[str, str]:
    """Module -> digest of its code, and package -> version, of all that may have a say in the function's result.

    Args:
        function: or class.
        parameters: values that it is given, in which `_target_` may name code.
    """
    found: dict[str, str] = {}
    waiting = [function.__module__, *(target.rpartition(".")[0] for target in _targets(parameters))]
    while waiting:
        module = waiting.pop()
        if module not in found and (path := _path(module)):
            found[module], imported = _read(module, path, path.stat().st_mtime_ns)
            waiting += imported
            if module == CHOOSES_BACKEND:
                waiting.append(f"standin.training.{_backend()}")
    return dict(sorted(found.items())) | packages()


@functools.cache
def all_code_digest() -> str:
    """The digest of everything that a node of this process may run, when it is first asked: all files of the packages
    that `_target_` may name, and the versions of those that compute."""
    digest = hashlib.blake2b(repr(packages()).encode(), digest_size=8)
    for package in allowed_packages():
        if (top := _path(package)) is None:
            continue
        for file in sorted(top.parent.rglob("*")):
            if file.suffix in (".py", ".html", ".md"):
                digest.update(f"{file.relative_to(top.parent)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


@functools.cache
def packages() -> dict[str, str]:
    """Package -> version, of those that compute figures.

    Raises:
        InputError: Keras' backend is not installed.
    """
    try:
        return {name: version(name) for name in (*COMPUTING, _backend())}
    except PackageNotFoundError as error:
        raise InputError(f"KERAS_BACKEND must be tensorflow or jax, and installed: there is no {error.name}") from None


def _backend() -> str:
    """The name of Keras' backend, as Keras finds it; but Keras, which takes seconds to import, is not imported."""
    if "keras" in sys.modules:
        return str(sys.modules["keras"].backend.backend())
    if chosen := os.environ.get("KERAS_BACKEND"):
        return chosen
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    try:
        return str(json.loads((home / "keras.json").read_text())["backend"])
    except (OSError, ValueError, LookupError, TypeError):
        return "tensorflow"


def _targets(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "_target_":
                yield each
            else:
                yield from _targets(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _targets(each)


@functools.cache
def _path(module: str) -> Path | None:
    """The file of a module of the allowed packages; None for others, and for names that are no modules."""
    top, *rest = module.split(".")
    spec = importlib.util.find_spec(top) if top in allowed_packages() else None
    if spec is None:
        return None
    if not rest and spec.origin:
        return Path(spec.origin)
    places = [Path(folder).joinpath(*rest) for folder in spec.submodule_search_locations or ()]
    files = [file for place in places for file in (place / "__init__.py", place.with_suffix(".py"))]
    return next((file for file in files if file.exists()), None)


@functools.cache
def _read(module: str, path: Path, changed: int) -> tuple[str, tuple[str, ...]]:
    """The digest of a module, and the names of the modules that it may import.

    Args:
        changed: when its file was, by which a later call knows whether to read it again.
    """
    tree = ast.parse(path.read_bytes())
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    imported: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            # What is imported from a package is a module of it, or stands in the package's own file.
            within = [f"{origin}.{alias.name}" for alias in node.names]
            imported += [name if _path(name) else origin for name in within]
    digest = hashlib.blake2b(_without_docstrings(tree).encode(), digest_size=8)
    for template in sorted((path.parent / "templates").glob("*")):
        digest.update(template.read_bytes())
    return digest.hexdigest(), tuple(imported)


def _without_docstrings(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:]
    return ast.dump(tree)
