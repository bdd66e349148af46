"""The page on a second test set, apart from the report on the first one."""

from collections.abc import Mapping
from typing import Any

from standin.reports.templating import TEMPLATES
from standin.verdict.formatting import places
from standin.verdict.schema import Verdict


def build_fresh_page(title: str, record: Mapping[str, Any]) -> str:
    """The page, as HTML.

    Args:
        title: of the data set.
        record: what `kedro fresh-test` stores.
    """
    verdict = Verdict.model_validate(record["verdict"])
    return TEMPLATES.get_template("fresh_test.html").render(
        title=title, record=record, verdict=verdict, places=places(verdict.test_images)
    )
