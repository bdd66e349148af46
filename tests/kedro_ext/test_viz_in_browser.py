"""kedro-viz in a browser."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="no Playwright here")
pictures = pytest.importorskip("benchmarks.pictures")
pytestmark = pytest.mark.skipif(
    not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), reason="no Chromium here"
)
BOXES, NODES, ENTRIES = (f"g.pipeline-node--{kind}" for kind in ("modularPipeline", "task", "data"))


@pytest.fixture(scope="module")
def graph() -> Iterator[Any]:
    """The graph of digits."""
    with pictures.kedro_viz() as address, pictures.opened((1500, 1000)) as tab:
        tab.goto(f"{address}/?pid=digits")
        tab.locator(ENTRIES).first.wait_for()
        yield tab


def test_a_pipeline_opens_as_its_stages(graph: Any) -> None:
    boxes = graph.locator(BOXES).all_text_contents()
    assert {"ingestion", "references", "gan", "verdict", "reporting"} <= {box.strip() for box in boxes}
    assert len(boxes) <= 12 and graph.locator(NODES).count() == 0
    assert graph.locator(ENTRIES).count() <= 30 and not graph.get_by_text("checkpoint").count()


def test_a_node_shows_its_source_code(graph: Any) -> None:
    graph.locator(BOXES, has_text="ingestion").dblclick(force=True)
    graph.locator(NODES, has_text="ingest").click(force=True)
    graph.get_by_text("Show Code").dispatch_event("click")  # a hint of kedro-viz may cover it
    assert "def ingest(" in graph.locator(".pipeline-metadata-code__code").inner_text()
