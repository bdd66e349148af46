"""The page on which a person labels images, in a browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standin.data.manual_labels import check, sample_ids
from standin.reports.labeling_page import keys_of, labeling_page
from tests.reports.test_in_browser import BROWSER

IMAGES = np.random.default_rng(0).integers(0, 255, (9, 8, 8, 1), np.uint8)
NAMES = ["cat", "dog", 'a, "b"']
in_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium here")


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["0", "1", "7"], ["0", "1", "7"]),
        (["cat", "Dog"], ["c", "d"]),
        (["cat", "car"], ["1", "2"]),
        (["A", "a"], ["1", "2"]),
        (["b", "?"], ["1", "2"]),
    ],
)
def test_keys_are_names_or_initials_or_numbers(names: list[str], keys: list[str]) -> None:
    assert keys_of(names) == keys


def test_classes_beyond_the_keys_have_none() -> None:
    keys = keys_of([f"class {i}" for i in range(40)])
    assert len(keys) == 40 and len({*keys[:35]}) == 35 and keys[36:] == [""] * 4


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright here")
    predicted = np.array([0, 0, 1, 1, 2, 0, 0, 1, 2])
    (tmp_path / "label.html").write_text(labeling_page("mine.gan", IMAGES, NAMES, predicted), encoding="utf-8")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 800})
        page.requests = []
        page.errors = []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto((tmp_path / "label.html").as_uri())
        yield page
        assert page.errors == []
        assert all(url.startswith(("file:", "data:", "blob:")) for url in page.requests)
        browser.close()


def downloaded(page: Any, folder: Path) -> list[str]:
    with page.expect_download() as download:
        page.locator("#download").click()
    download.value.save_as(folder / "labels.csv")
    ids = sample_ids(IMAGES)
    table = check(folder / "labels.csv", ids, NAMES).set_index("sample_id")["label"]
    assert pd.read_csv(folder / "labels.csv")["number"].tolist() == [*range(1, 10)]
    return [str(table.get(identity, "")) for identity in ids]


@in_browser
def test_images_are_labeled_by_keyboard(page: Any, tmp_path: Path) -> None:
    for key in ("c", "d", "Backspace", "c", " ", "a"):
        page.keyboard.press(key)
    assert page.locator("#state").inner_text().startswith("4/9")
    assert page.locator("#number").inner_text() == "image 5"
    page.reload()  # labels are kept
    assert page.locator("#state").inner_text().startswith("4/9")
    for _ in range(5):
        page.keyboard.press("d")
    assert "all done" in page.locator("#state").inner_text()
    assert downloaded(page, tmp_path) == ["cat", "cat", "", NAMES[2], *["dog"] * 5]


@in_browser
def test_images_of_a_class_are_labeled_in_a_grid(page: Any, tmp_path: Path) -> None:
    page.locator("#mode-grid").click()
    assert page.locator("#grid button").count() == 4
    page.locator("#grid button").nth(1).click()
    page.locator("#confirm").click()
    assert page.locator("#state").inner_text().startswith("3/9")
    assert "No images are left" in page.locator("#instruction").inner_text()
    page.locator("#classes button").nth(1).click()
    page.locator("#confirm").click()
    page.locator("#mode-one").click()
    assert page.locator("#number").inner_text() == "image 2"  # the wrong one is left
    page.locator("#choices button").nth(2).click()
    assert downloaded(page, tmp_path) == ["cat", NAMES[2], "dog", "dog", "", "cat", "cat", "dog", ""]


@in_browser
def test_the_page_fits_a_phone(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
