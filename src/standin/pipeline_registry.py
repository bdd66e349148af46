"""Which pipelines there are: one a data set, named like it, generated from the parameters."""

from kedro.pipeline import Pipeline

from standin.configuration import data_sets
from standin.pipelines.assembly import create_pipeline

DEFAULT = "digits"


def register_pipelines() -> dict[str, Pipeline]:
    """Data set -> its pipeline; `__default__` is the one that needs no download."""
    entries = data_sets()
    pipelines = {
        name: create_pipeline(name, entry, {size: entries[size] for size in entry.get("sizes", ())})
        for name, entry in entries.items()
        if "part_of" not in entry
    }
    return pipelines | {"__default__": pipelines.get(DEFAULT, sum(pipelines.values(), Pipeline([])))}
