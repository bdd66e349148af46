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


def failed_models(failed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Data set -> generative model that came to nothing, or "" where it was a judge or a real arm -> what happened.

    Args:
        failed: node -> what happened.
    """
    of_experiment = {
        f"{data_set}.{name}": (data_set, model)
        for data_set, entry in data_sets().items()
        for name, model, _ in experiments(entry)
    }
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for node, what in failed.items():
        data_set, model = of_experiment.get(node.rpartition(".")[0], (node.partition(".")[0], ""))
        found[data_set][model] = what
    return found


def pipelines_without(failed: Mapping[str, Mapping[str, str]]) -> dict[str, Pipeline]:
    """Data set -> its pipeline as it is without the models that failed; only those that are another for it, and none
    where a data set's own judge or arm failed, or where no model is left.

    Args:
        failed: what `failed_models` gives.
    """
    entries = data_sets()
    left = {name: without(entry, failed.get(name, ())) for name, entry in entries.items()}
    found = {}
    for name in dict.fromkeys(
        entries[each].get("part_of", each) for each in failed if failed[each] and each in entries
    ):
        parts = [part for part in (name, *entries[name].get("sizes", ())) if part in failed]
        if all("" not in failed[part] and experiments(left[part]) for part in parts):
            found[name] = _pipeline(name, left, failed)
    return found


def _pipeline(name: str, entries: Mapping[str, Any], failed: Mapping[str, Mapping[str, str]] | None = None) -> Pipeline:
    sizes = {size: entries[size] for size in entries[name].get("sizes", ())}
    return create_pipeline(name, entries[name], sizes, failed or {})
