"""Fingerprints the source of every module a function depends on.

A module counts together with everything that it imports, at its top or inside a function, and with what parameters name
by `_target_`. What cannot change a result does not count: comments, docstrings, layout, log lines, the arguments of
`raise` and of warnings, messages of assertions, imports for type checking. Templates next to a module count, and so do
the versions of the packages that compute.
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
"""The one module that imports another by a computed name."""
WITHOUT_RESULTS = tuple(f"standin.core.{name}" for name in ("code_digest", "error_messages", "registry", "validation"))
"""Modules that fingerprint code, look up names or word errors: no result depends on them."""
LOGGERS = ("log", "logger", "logging", "warnings")


def code_digests(function: Callable[..., Any], parameters: Iterable[Any] = ()) -> dict[str, str]:
    """Module -> digest of its code, and package -> version, of everything that can affect the function's result.

    Args:
        function: or class.
        parameters: values that it is given, in which `_target_` may name code.
    """
    reached = _walk(function, parameters)
    digests = {module: _read(module, path, path.stat().st_mtime_ns)[0] for module, path, _ in reached}
    return dict(sorted(digests.items())) | packages()


def import_chain(function: Callable[..., Any], parameters: Iterable[Any], module: str) -> list[str]:
    """The shortest chain of imports from a function's module, or from one that its parameters name, to `module`; empty
    if there is none.

    Args:
        function, parameters: as for `code_digests`.
    """
    importers = {reached: importer for reached, _, importer in _walk(function, parameters)}
    chain: list[str] = []
    step: str | None = module if module in importers else None
    while step is not None:
        chain.insert(0, step)
        step = importers[step]
    return chain


def _walk(function: Callable[..., Any], parameters: Iterable[Any]) -> Iterator[tuple[str, Path, str | None]]:
    """(module, its file, the module that imports it) of each reachable module, breadth first."""
    starts = [function.__module__, *(target.rpartition(".")[0] for target in _targets(parameters))]
    waiting: list[tuple[str, str | None]] = [(module, None) for module in starts]
    seen = set(WITHOUT_RESULTS)
    for module, importer in waiting:  # grows while it is walked
        if module in seen or not (path := _path(module)):
            continue
        seen.add(module)
        yield module, path, importer
        imported = _read(module, path, path.stat().st_mtime_ns)[1]
        if module == CHOOSES_BACKEND:
            imported = (*imported, f"standin.training.{_backend()}")
        waiting += [(name, module) for name in imported]


@functools.cache
def all_code_digest() -> str:
    """The digest of everything that a node of this process may run, computed once: all files of the packages that
    `_target_` may name, and the versions of those that compute."""
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
    """Package -> version, of those that compute results.

    Raises:
        InputError: Keras' backend is not installed.
    """
    try:
        return {name: version(name) for name in (*COMPUTING, _backend())}
    except PackageNotFoundError as error:
        raise InputError(f"KERAS_BACKEND must be tensorflow or jax, and installed: there is no {error.name}") from None


def _backend() -> str:
    """The name of Keras' backend, found as Keras finds it, without importing Keras, which takes seconds."""
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
        for key, item in value.items():
            if key == "_target_":
                yield item
            else:
                yield from _targets(item)
    elif not isinstance(value, str) and isinstance(value, Iterable):
        for item in value:
            yield from _targets(item)


@functools.cache
def _path(module: str) -> Path | None:
    """The file of a module of the allowed packages; None for others, and for names that are not modules."""
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
        changed: modification time of its file, by which a later call knows whether to read it again.
    """
    tree = OnlyResults().visit(ast.parse(path.read_bytes()))
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    imported: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            # What is imported from a package is a module of it, or is defined in the package's own file.
            names = [f"{origin}.{alias.name}" for alias in node.names]
            imported += [name if _path(name) else origin for name in names]
    digest = hashlib.blake2b(ast.dump(tree).encode(), digest_size=8)
    for template in sorted((path.parent / "templates").glob("*")):
        digest.update(template.read_bytes())
    return digest.hexdigest(), tuple(imported)


class OnlyResults(ast.NodeTransformer):
    """Removes from a module's syntax tree what cannot change a result."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(getattr(node, "body", None), list) and not node.body:  # type: ignore[attr-defined]
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """Docstrings, of attributes too, log lines and warnings."""
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            return None
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            owner = value.func.value
            if isinstance(owner, ast.Name) and owner.id in LOGGERS:
                return None
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):
            node.exc.args, node.exc.keywords = [], []
        return self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.msg = None
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return [kept for other in node.orelse if (kept := self.visit(other)) is not None]
        return self.generic_visit(node)
