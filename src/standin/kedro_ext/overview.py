"""Renews the page over all data sets from stored results."""

from collections.abc import Mapping
from typing import Any

from kedro.io import CatalogProtocol

from standin.io.locks import wait_lock
from standin.kedro_ext.incremental.state import RECORDS
from standin.reports.overview import Result, overview
from standin.reports.report import missing_of

PARTS = ("verdict", "accuracy", "run_parameters", "report")


def renew_overview(catalog: CatalogProtocol, entries: Mapping[str, Mapping[str, Any]]) -> bool:
    """Writes the page from stored results, one process at a time; False where no data set has results.

    Args:
        entries: data set -> its complete parameters.
    """
    with wait_lock("overview", catalog.load(RECORDS).folder):
        results = results_in(catalog, entries)
        if results:
            catalog.save("overview", overview(results))
    return bool(results)


def results_in(catalog: CatalogProtocol, entries: Mapping[str, Mapping[str, Any]]) -> list[Result]:
    """The results of every data set that has a verdict, a table and a report, in the order of `entries`."""
    results = []
    for name, entry in entries.items():
        if "sizes" not in entry and all(catalog.exists(f"{name}.{part}") for part in PARTS):
            whole = entry.get("part_of", "")
            curve = (whole, entries[whole]["title"]) if whole and catalog.exists(f"{whole}.report") else None
            verdict, accuracy, parameters = (catalog.load(f"{name}.{part}") for part in PARTS[:3])
            results.append(Result(name, parameters["title"], verdict, accuracy, missing_of(parameters), curve))
    return results
