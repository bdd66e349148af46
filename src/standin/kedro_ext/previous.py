"""Keeps results of the run before, so that a report can compare with them."""

from collections.abc import Mapping
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro.io import CatalogProtocol, DatasetError

from standin.kedro_ext.incremental import Plan
from standin.kedro_ext.namespaces import groups_of


class PreviousResultsHook:
    """Copies results that a run is going to make again, before any node runs.

    Args:
        entries: catalog entry of a group -> the entry for its value of the run before.
    """

    def __init__(self, entries: Mapping[str, str]) -> None:
        self.entries = entries

    @hook_impl
    def before_nodes_run(self, plan: Plan, catalog: CatalogProtocol) -> None:
        made = plan.to_run.all_outputs()
        for group in groups_of(plan.to_run):
            for entry, previous in self.entries.items():
                name = f"{group}.{entry}"
                if name in made and (stored := stored_value(name, catalog)) is not None:
                    catalog.save(f"{group}.{previous}", stored)


def stored_value(name: str, catalog: CatalogProtocol) -> Any:
    """The value of a catalog entry; None if it does not exist or cannot be read, such as one of an earlier version."""
    try:
        return catalog.load(name) if catalog.exists(name) else None
    except DatasetError:
        return None
