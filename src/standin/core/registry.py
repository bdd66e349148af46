"""Registries: the short names that the configuration may use for models, classifiers, data sources and metrics.

An installed package adds to a registry by an entry point in its `pyproject.toml`:

    [project.entry-points."standin.models"]
    real_nvp = "mylab.flows:RealNVP"

The configuration then names it `real_nvp` or `mylab.flows.RealNVP`. Registries hold names only; a target is imported
when it is used (`standin.core.instantiate.resolve_target`).
"""

import functools
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from standin.core.errors import InputError
from standin.core.validation import did_you_mean

GROUPS = ("standin.models", "standin.classifiers", "standin.data", "standin.metrics")
"""Entry point groups by which another package extends Standin."""


class Registry(Mapping[str, str]):
    """Name -> dotted target, built-in ones first.

    Args:
        kind: what error messages call an entry, such as "generative model".
        group: entry point group.
        built_in: name -> dotted target of the entries that come with Standin.
    """

    def __init__(self, kind: str, group: str, built_in: Mapping[str, str]) -> None:
        self.kind, self.group, self.built_in = kind, group, built_in

    def __getitem__(self, name: str) -> str:
        return self._targets()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._targets())

    def __len__(self) -> int:
        return len(self._targets())

    def target(self, name: str) -> str:
        """The dotted target of a registered name; a dotted name is returned unchanged.

        Raises:
            InputError: the name is not registered.
        """
        if not isinstance(name, str) or "." in name:  # `check_target` checks it later
            return name
        if name not in self:
            raise InputError(f"no {self.kind} {name!r} is registered{did_you_mean(name, self)}")
        return self[name]

    def _targets(self) -> dict[str, str]:
        added = plug_ins(self.group)
        if taken := sorted(added.keys() & self.built_in.keys()):
            raise InputError(f"entry point {taken[0]!r} of {self.group} must have another name: Standin has that one")
        return {**self.built_in, **added}


@functools.cache
def plug_ins(group: str) -> dict[str, str]:
    """Name -> dotted target of all installed entry points of a group."""
    return {entry.name: f"{entry.module}.{entry.attr}" for entry in entry_points(group=group)}


@functools.cache
def allowed_packages() -> tuple[str, ...]:
    """The top-level packages that `_target_` may name: `standin`, and those with an entry point."""
    registered = {target.partition(".")[0] for group in GROUPS for target in plug_ins(group).values()}
    return ("standin", *sorted(registered - {"standin"}))
