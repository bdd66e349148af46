"""Renews the page over all data sets from stored results."""

import logging
from collections.abc import Mapping
from typing import Any

from kedro.io import CatalogProtocol, DatasetError

from standin.core.error_messages import user_message
from standin.io.locks import wait_lock
from standin.kedro_ext.incremental.state import RECORDS
from standin.reports.dataset_report import describe_restriction
from standin.reports.overview import Result, build_overview

log = logging.getLogger(__name__)

PARTS = ("verdict", "accuracy", "run_parameters", "report")


def renew_overview(catalog: CatalogProtocol, entries: Mapping[str, Mapping[str, Any]]) -> bool:
    """Writes the page from stored results, one process at a time; False where no data set has any.

    Args:
        entries: data set -> its complete parameters.
    """
    with wait_lock("overview", catalog.load(RECORDS).folder):
        results = stored_results(catalog, entries)
        if results:
            catalog.save("overview", build_overview(results))
    return bool(results)


def stored_results(catalog: CatalogProtocol, entries: Mapping[str, Mapping[str, Any]]) -> list[Result]:
    """The results of every data set that has a verdict, a table and a report, in the order of `entries`; those of
    another version are left out.

    Args:
        entries: data set -> its complete parameters.
    """
    results = []
    for name, entry in entries.items():
        if "sizes" in entry or not all(catalog.exists(f"{name}.{part}") for part in PARTS):
            continue
        try:
            verdict, accuracy, parameters = (catalog.load(f"{name}.{part}") for part in PARTS[:3])
        except DatasetError as error:
            if (reason := user_message(error)) is None:
                raise
            log.warning("The overview leaves out %s: %s", name, reason)
            continue
        whole = entry.get("part_of", "")
        curve = (whole, entries[whole]["title"]) if whole and catalog.exists(f"{whole}.report") else None
        results.append(Result(name, parameters["title"], verdict, accuracy, describe_restriction(parameters), curve))
    return results
