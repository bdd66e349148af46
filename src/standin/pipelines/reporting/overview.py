"""Rebuilds the overview of all data sets from stored results."""

import logging
from collections.abc import Mapping
from pathlib import Path

from kedro.io import CatalogProtocol, DatasetError

from standin.config.plan import DataSetPlan
from standin.core.error_messages import user_message
from standin.io.locks import wait_lock
from standin.reports.dataset_report import describe_restriction
from standin.reports.overview import Result, build_overview

log = logging.getLogger(__name__)

PARTS = ("verdict", "accuracy", "run_parameters", "report")


def renew_overview(catalog: CatalogProtocol, plans: Mapping[str, DataSetPlan], locks: Path) -> bool:
    """Writes the page from stored results, one process at a time; False if no data set has any.

    Args:
        plans: by data set.
        locks: folder of the lock files.
    """
    with wait_lock("overview", locks):
        results = stored_results(catalog, plans)
        if results:
            catalog.save("overview", build_overview(results))
    return bool(results)


def stored_results(catalog: CatalogProtocol, plans: Mapping[str, DataSetPlan]) -> list[Result]:
    """The results of every data set that has all of `PARTS`, in the order of `plans`, without those of another
    version."""
    results = []
    for name, plan in plans.items():
        if plan.sizes or not all(catalog.exists(f"{name}.{part}") for part in PARTS):
            continue
        try:
            verdict, accuracy, parameters = (catalog.load(f"{name}.{part}") for part in PARTS[:3])
        except DatasetError as error:
            if (reason := user_message(error)) is None:
                raise
            log.warning("The overview leaves out %s: %s", name, reason)
            continue
        whole = plan.part_of
        curve = (whole, plans[whole].entry["title"]) if whole and catalog.exists(f"{whole}.report") else None
        results.append(Result(name, parameters["title"], verdict, accuracy, describe_restriction(parameters), curve))
    return results
