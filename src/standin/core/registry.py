"""Registries: the things of one kind that a name in the configuration may stand for, built in or from other packages.

An installed package adds to a registry by an entry point, which it declares in its own `pyproject.toml`:

    [project.entry-points."standin.models"]
    real_nvp = "mylab.flows:RealNVP"

The configuration then names it `real_nvp` or `mylab.flows.RealNVP`. Registries hold names only: nothing is imported
until a target is used (`standin.core.instantiate.resolve_target`).
"""

import functools
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from standin.core.errors import InputError
from standin.core.validation import did_you_mean

GROUPS = ("standin.models", "standin.classifiers", "standin.data", "standin.metrics")
"""Groups of entry points by which another package adds to Standin."""


class Registry(Mapping[str, str]):
    """Name -> dotted target of everything of one kind, first the built-in ones.

    Args:
        kind: what an error calls one of them, such as "generative model".
        group: of entry points.
        built_in: name -> dotted target of those that come with Standin.
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
        """The dotted target of a registered name; anything with a dot is one already and returned unchanged.

        Raises:
            InputError: nothing of this kind is registered by that name.
        """
        if not isinstance(name, str) or "." in name:  # configuration may hold anything: `check_target` judges it
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
    """Name -> dotted target of the entry points of a group, of all installed packages."""
    return {entry.name: f"{entry.module}.{entry.attr}" for entry in entry_points(group=group)}


@functools.cache
def allowed_packages() -> tuple[str, ...]:
    """The top-level packages in which `_target_` may look anything up: `standin`, and those that register something."""
    registered = {target.partition(".")[0] for group in GROUPS for target in plug_ins(group).values()}
    return ("standin", *sorted(registered - {"standin"}))
