"""The page over all data sets, from the results that are stored."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from standin.config.plan import DataSetPlan
from standin.io.locks import wait_lock
from standin.kedro_ext.incremental.plan import RECORDS
from standin.reports.report import mean_accuracy, missing_of
from standin.reports.templating import TEMPLATES

PARTS = ("verdict", "accuracy", "run_parameters", "report")


class Result(NamedTuple):
    """What a data set's run left.

    Attributes:
        name: of the data set; its report lies in a folder of this name.
        title: what a reader calls it.
        verdict, accuracy: as stored.
        missing: what was taken out of its real images, in words.
        curve: name and title of the learning curve that it is one size of, if there is a page of that.
    """

    name: str
    title: str
    verdict: Mapping[str, Any]
    accuracy: pd.DataFrame
    missing: str | None
    curve: tuple[str, str] | None


def renew_overview(catalog: Any, plans: Mapping[str, DataSetPlan]) -> bool:
    """Writes the page again from what is stored, one process after the other; False where no data set has results.

    Args:
        catalog, plans: as for `results_in`.
    """
    with wait_lock("overview", catalog.load(RECORDS).folder):
        results = results_in(catalog, plans)
        if results:
            catalog.save("overview", overview(results))
    return bool(results)


def results_in(catalog: Any, plans: Mapping[str, DataSetPlan]) -> list[Result]:
    """The results of every data set that has a verdict, a table and a report, in the order of `plans`.

    Args:
        catalog: Kedro's catalog of the project.
        plans: data set -> its complete parameters and what follows from them.
    """
    found = []
    for name, plan in plans.items():
        if not plan.sizes and all(catalog.exists(f"{name}.{part}") for part in PARTS):
            whole = plan.part_of
            curve = (whole, plans[whole].entry["title"]) if whole and catalog.exists(f"{whole}.report") else None
            verdict, accuracy, parameters = (catalog.load(f"{name}.{part}") for part in PARTS[:3])
            found.append(Result(name, parameters["title"], verdict, accuracy, missing_of(parameters), curve))
    return found


def overview(results: Sequence[Result]) -> str:
    """The page, as HTML; it links to the reports of the data sets, which lie beside it."""
    rows = [_row(result, model) for result in results for model in result.verdict["generative_models"]]
    return TEMPLATES.get_template("overview.html").render(results=results, rows=rows)


def _row(result: Result, model: str) -> dict[str, Any]:
    judged = result.verdict["generative_models"][model]
    replace = judged["replace"] or {}
    real = mean_accuracy(result.accuracy, "real")
    alone = mean_accuracy(result.accuracy, replace["arm"], model) if replace else None
    return {
        "title": result.title + (" *" if result.missing and not result.curve else ""),
        "model": model,
        **{question: judged[question] and judged[question]["answer"] for question in ("replace", "extend")},
        "real": real and real["accuracy"],
        "alone": alone and alone["accuracy"],
        "replaced": judged["replace"],
        "extended": judged["extend"],
        "labels": alone and alone["n_labels_spent"],
        "test_images": result.verdict["test_images"],
        "seeds": judged["generator_seeds"],
        "classifier_seeds": result.accuracy["classifier_seed"].nunique(),
    }
