"""The page over all data sets, from the results that are stored."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from standin.reports.report import mean_accuracy
from standin.reports.templating import TEMPLATES


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
