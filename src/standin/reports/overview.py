"""The page over all data sets."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from standin.experiments.arms import REFERENCE
from standin.reports.tables import mean_accuracy
from standin.reports.templating import TEMPLATES
from standin.verdict.schema import Verdict


class Result(NamedTuple):
    """Stored results of one data set.

    Attributes:
        name: of the data set; its report lies in a folder of this name.
        title: what a reader calls it.
        verdict, accuracy: as stored.
        restriction: which real training images were left out, in words.
        curve: name and title of the learning curve that it is one size of, if that has a page.
    """

    name: str
    title: str
    verdict: Verdict
    accuracy: pd.DataFrame
    restriction: str | None
    curve: tuple[str, str] | None


def build_overview(results: Sequence[Result]) -> str:
    """The page, as HTML; it links to the reports of the data sets, which lie next to it."""
    rows = [_row(result, model) for result in results for model in result.verdict.generative_models]
    return TEMPLATES.get_template("overview.html").render(results=results, rows=rows)


def _row(result: Result, model: str) -> dict[str, Any]:
    found = result.verdict.generative_models[model]
    alone = mean_accuracy(result.accuracy, found.replace.arm, model) if found.replace else None
    return {
        "title": result.title + (" *" if result.restriction and not result.curve else ""),
        "model": model,
        "found": found,
        "real": mean_accuracy(result.accuracy, REFERENCE),
        "alone": alone,
        "test_images": result.verdict.test_images,
        "classifier_seeds": result.accuracy["classifier_seed"].nunique(),
    }
