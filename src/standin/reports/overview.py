"""The overview page of all data sets."""

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
        name: of the data set, and of the folder with its report.
        restriction: which real training images were left out, in words.
        curve: name and title of the learning curve that this is one size of, if that has a page.
    """

    name: str
    title: str
    verdict: Verdict
    accuracy: pd.DataFrame
    restriction: str | None
    curve: tuple[str, str] | None


def build_overview(results: Sequence[Result]) -> str:
    """The page, as HTML; it links to the reports of the data sets in the folders next to it."""
    rows = [_row(result, model) for result in results for model in result.verdict.generative_models]
    return TEMPLATES.get_template("overview.html").render(results=results, rows=rows)


def _row(result: Result, model: str) -> dict[str, Any]:
    answers = result.verdict.generative_models[model]
    return {
        "title": result.title + (" *" if result.restriction and not result.curve else ""),
        "model": model,
        "answers": answers,
        "real": mean_accuracy(result.accuracy, REFERENCE),
        "alone": mean_accuracy(result.accuracy, answers.replace.arm, model) if answers.replace else None,
        "test_images": result.verdict.test_images,
        "classifier_seeds": result.accuracy["classifier_seed"].nunique(),
    }
