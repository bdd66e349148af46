"""Which pipelines there are: one a data set, named like it, generated from the parameters."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from kedro.pipeline import Pipeline

from standin.config.loader import data_sets
from standin.pipelines.build import EPOCH_TABLE, create_pipeline, experiments, without
from standin.pipelines.classification import TRAINS_FOR_EPOCH_TABLE
from standin.pipelines.sample_quality import NAMESPACE as SAMPLE_QUALITY

DEFAULT = "digits"


def register_pipelines() -> dict[str, Pipeline]:
    """Data set -> its pipeline; `__default__` is the one that needs no download."""
    entries = data_sets()
    pipelines = {name: _pipeline(name, entries) for name, entry in entries.items() if "part_of" not in entry}
    return pipelines | {"__default__": pipelines.get(DEFAULT, sum(pipelines.values(), Pipeline([])))}


def failed_parts(failed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Data set -> what of it came to nothing (a generative model; `EPOCH_TABLE`; "" for a pseudo-labeler, a judge or a real
    arm, without which there is no comparison) -> what happened.

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
        namespace, _, last = node.rpartition(".")
        namespace = namespace.removesuffix(f".{SAMPLE_QUALITY}")
        own = (node.partition(".")[0], EPOCH_TABLE if last == TRAINS_FOR_EPOCH_TABLE else "")
        data_set, part = of_experiment.get(namespace, own)
        within = node.removeprefix(f"{data_set}.").removeprefix(f"{part}.")
        told = f"{within} came to nothing ({what})"
        before = found[data_set].get(part)
        found[data_set][part] = f"{before}; {told}" if before else told
    return dict(found)


def pipelines_without(failed: Mapping[str, Mapping[str, str]]) -> dict[str, Pipeline]:
    """Data set -> its pipeline as it is without what failed; only those that are another for it, and none where
    nothing can be compared.

    Args:
        failed: what `failed_parts` gives.
    """
    entries = data_sets()
    failed = {name: parts for name, parts in failed.items() if parts and name in entries}
    left = {name: without(entry, failed.get(name, ())) for name, entry in entries.items()}
    found = {}
    for name in dict.fromkeys(entries[each].get("part_of", each) for each in failed):
        touched = [each for each in (name, *entries[name].get("sizes", ())) if each in failed]
        if all("" not in failed[each] and experiments(left[each]) for each in touched):
            found[name] = _pipeline(name, left, failed)
    return found


def _pipeline(name: str, entries: Mapping[str, Any], failed: Mapping[str, Mapping[str, str]] | None = None) -> Pipeline:
    sizes = {size: entries[size] for size in entries[name].get("sizes", ())}
    return create_pipeline(name, entries[name], sizes, failed or {})
