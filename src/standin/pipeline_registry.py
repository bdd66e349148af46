"""The registered pipelines: one per data set, with its name, generated from the parameters."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from kedro.pipeline import Pipeline

from standin.config.loader import plans
from standin.config.plan import DataSetPlan
from standin.experiments.ids import data_set_of, experiment_of, experiments, last_part
from standin.pipelines.build import EPOCH_TABLE, create_pipeline, without
from standin.pipelines.classification.pipeline import TRAINS_FOR_EPOCH_TABLE

DEFAULT = "digits"


def register_pipelines() -> dict[str, Pipeline]:
    """Data set -> its pipeline; `__default__` is the one without a download."""
    every = plans()
    pipelines = {name: _pipeline(name, every) for name, plan in every.items() if not plan.part_of}
    return pipelines | {"__default__": pipelines.get(DEFAULT, sum(pipelines.values(), Pipeline([])))}


def failed_parts(failed: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Data set -> failed part -> message. A part is a generative model, `EPOCH_TABLE`, or "" for what the whole
    comparison needs: the pseudo-labeler, a reference model, an arm without generated images.

    Args:
        failed: node -> error message.
    """
    known = [experiment for plan in plans().values() for experiment in experiments(plan.name, plan.entry)]
    messages: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for node, error in failed.items():
        data_set, experiment = data_set_of(node), experiment_of(node, known)
        shared = EPOCH_TABLE if last_part(node) == TRAINS_FOR_EPOCH_TABLE else ""
        part = experiment.model if experiment else shared
        within = node.removeprefix(f"{data_set}.").removeprefix(f"{part}.")
        messages[data_set][part].append(f"{within} failed ({error})")
    return {name: {part: "; ".join(texts) for part, texts in parts.items()} for name, parts in messages.items()}


def pipelines_without(failed: Mapping[str, Mapping[str, str]]) -> dict[str, Pipeline]:
    """Data set -> its pipeline without the failed parts; only pipelines that change and still compare something.

    Args:
        failed: what `failed_parts` returns.
    """
    every = plans()
    failed = {name: parts for name, parts in failed.items() if parts and name in every}
    left = {name: replace(plan, entry=without(plan.entry, failed.get(name, ()))) for name, plan in every.items()}
    pipelines = {}
    for name in dict.fromkeys(every[data_set].pipeline for data_set in failed):
        changed = [data_set for data_set in (name, *every[name].sizes) if data_set in failed]
        if all("" not in failed[data_set] and experiments(data_set, left[data_set].entry) for data_set in changed):
            pipelines[name] = _pipeline(name, left, failed)
    return pipelines


def _pipeline(
    name: str, every: Mapping[str, DataSetPlan], failed: Mapping[str, Mapping[str, str]] | None = None
) -> Pipeline:
    return create_pipeline(every[name], [every[size] for size in every[name].sizes], failed or {})
