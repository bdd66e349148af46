"""Which pipelines there are: one a data set, named like it, generated from the parameters."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kedro.pipeline import Pipeline

from standin.configuration import data_sets
from standin.pipelines.assembly import create_pipeline, experiments, without

DEFAULT = "digits"


def register_pipelines() -> dict[str, Pipeline]:
    """Data set -> its pipeline; `__default__` is the one that needs no download."""
    entries = data_sets()
    pipelines = {name: _pipeline(name, entries) for name, entry in entries.items() if "part_of" not in entry}
    return pipelines | {"__default__": pipelines.get(DEFAULT, sum(pipelines.values(), Pipeline([])))}


def pipelines_without(failed: Mapping[str, str]) -> Pipeline:
    """The pipelines of data sets of which experiments failed, as they are without these; none where what failed is a
    data set's own (a judge, a real arm), or where no experiment is left.

    Args:
        failed: node -> what happened.
    """
    entries = data_sets()
    of_experiment = {
        f"{data_set}.{name}": (data_set, model)
        for data_set, entry in entries.items()
        for name, model, _ in experiments(entry)
    }
    came: dict[str, dict[str, str]] = defaultdict(dict)
    for node, what in failed.items():
        data_set, model = of_experiment.get(node.rpartition(".")[0], (node.partition(".")[0], ""))
        came[data_set][model] = what
    touched = dict.fromkeys(entries[data_set].get("part_of", data_set) for data_set in came if data_set in entries)
    left = {name: without(entry, came[name]) if name in came else entry for name, entry in entries.items()}
    whole = Pipeline([])
    for name in touched:
        parts = [part for part in (name, *entries[name].get("sizes", ())) if part in came]
        if all("" not in came[part] and experiments(left[part]) for part in parts):
            whole += _pipeline(name, left, came)
    return whole


def _pipeline(name: str, entries: Mapping[str, Any], failed: Mapping[str, Mapping[str, str]] | None = None) -> Pipeline:
    sizes = {size: entries[size] for size in entries[name].get("sizes", ())}
    return create_pipeline(name, entries[name], sizes, failed or {})
