"""The registry of pipelines: one per data set, with its name, generated from the parameters."""

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
    """Data set -> failed part -> what happened. A part is a generative model, `EPOCH_TABLE`, or "" for a reference
    model or an arm without generated images, without which nothing can be compared.

    Args:
        failed: node -> error message.
    """
    of_experiment = {
        f"{data_set}.{name}": (data_set, model)
        for data_set, entry in data_sets().items()
        for name, model, _ in experiments(entry)
    }
    parts: dict[str, dict[str, str]] = defaultdict(dict)
    for node, error in failed.items():
        namespace, _, last = node.rpartition(".")
        namespace = namespace.removesuffix(f".{SAMPLE_QUALITY}")
        of_data_set = (node.partition(".")[0], EPOCH_TABLE if last == TRAINS_FOR_EPOCH_TABLE else "")
        data_set, part = of_experiment.get(namespace, of_data_set)
        message = f"{node.removeprefix(f'{data_set}.').removeprefix(f'{part}.')} failed ({error})"
        before = parts[data_set].get(part)
        parts[data_set][part] = f"{before}; {message}" if before else message
    return dict(parts)


def pipelines_without(failed: Mapping[str, Mapping[str, str]]) -> dict[str, Pipeline]:
    """Data set -> its pipeline without what failed; only data sets with failures in which something can still be
    compared.

    Args:
        failed: as `failed_parts` returns it.
    """
    entries = data_sets()
    failed = {name: parts for name, parts in failed.items() if parts and name in entries}
    left = {name: without(entry, failed.get(name, ())) for name, entry in entries.items()}
    pipelines = {}
    for name in dict.fromkeys(entries[part].get("part_of", part) for part in failed):
        touched = [size for size in (name, *entries[name].get("sizes", ())) if size in failed]
        if all("" not in failed[size] and experiments(left[size]) for size in touched):
            pipelines[name] = _pipeline(name, left, failed)
    return pipelines


def _pipeline(name: str, entries: Mapping[str, Any], failed: Mapping[str, Mapping[str, str]] | None = None) -> Pipeline:
    sizes = {size: entries[size] for size in entries[name].get("sizes", ())}
    return create_pipeline(name, entries[name], sizes, failed or {})
