"""The reports in a browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright here")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium here")
PAGES = ("report.html", "digits/report.html", "few/report.html", "few_60_images/report.html")


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


class Opened:
    """A page with its console messages and requests."""

    def __init__(self, browser: "sync_api.Browser", file: Path, width: int = 1000) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.messages: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("pageerror", lambda error: self.messages.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(file.as_uri())

    def column(self, number: int) -> list[str]:
        return self.page.locator(f"table.sortable tbody tr > :nth-child({number})").all_inner_texts()


@pytest.fixture
def folder(finished: dict[str, Path]) -> Path:
    return finished["digits"] / "data/test/08_reporting"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_self_contained(browser: "sync_api.Browser", folder: Path, name: str) -> None:
    opened = Opened(browser, folder / name)
    assert opened.messages == []
    assert [url for url in opened.requests if not url.startswith("data:")] == [(folder / name).as_uri()]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(browser: "sync_api.Browser", folder: Path, name: str) -> None:
    page = Opened(browser, folder / name, width=390).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible(browser: "sync_api.Browser", folder: Path, name: str) -> None:
    page = Opened(browser, folder / name).page
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("h1").count() == page.locator("main").count() == 1
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    assert page.locator("thead th:not([scope])").count() == 0
    # Regions that scroll sideways are reachable by keyboard and have a label.
    assert page.locator(".wide:not([tabindex])").count() == page.locator(".wide:not([aria-labelledby])").count() == 0
    for named in page.locator("[aria-labelledby]").all():
        assert page.locator(f"[id='{named.get_attribute('aria-labelledby')}']").count() == 1


@pytest.mark.parametrize("width", [1280, 768, 390])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_barriers(browser: "sync_api.Browser", folder: Path, name: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core here")
    found = axe.Axe().run(Opened(browser, folder / name, width=width).page).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"][:80]) for violation in found] == []


def test_models_are_tabs(browser: "sync_api.Browser", folder: Path) -> None:
    page = Opened(browser, folder / "digits/report.html").page
    tabs, panels = page.get_by_role("tab"), page.locator(".panel:visible h2")
    names = tabs.all_inner_texts()
    assert len(names) > 1 and panels.all_inner_texts() == names[:1]
    tabs.nth(0).focus()
    page.keyboard.press("ArrowLeft")
    assert panels.all_inner_texts() == names[-1:] and tabs.nth(len(names) - 1).get_attribute("aria-selected") == "true"
    page.locator(f"nav a[href='#{names[1]}']").click()
    assert panels.all_inner_texts() == names[1:2]
    tabs.nth(0).click()
    page.locator(f"nav a[href='#{names[1]}']").click()  # the same address as before
    assert panels.all_inner_texts() == names[1:2]
    page.emulate_media(media="print")
    assert panels.all_inner_texts() == names


def test_the_table_sorts_by_mouse_and_by_keyboard(browser: "sync_api.Browser", folder: Path) -> None:
    opened = Opened(browser, folder / "digits/report.html")
    heads = opened.page.locator("table.sortable thead th")
    place = heads.all_inner_texts().index("accuracy")
    button = heads.nth(place).get_by_role("button")
    before = opened.column(place + 1)
    button.click()
    assert heads.nth(place).get_attribute("aria-sort") == "ascending"
    rising = [float(text.removesuffix("%")) for text in opened.column(place + 1)]
    assert rising == sorted(rising) and len(rising) == len(before) > 5
    button.focus()
    opened.page.keyboard.press("Enter")
    assert heads.nth(place).get_attribute("aria-sort") == "descending"
    assert [float(text.removesuffix("%")) for text in opened.column(place + 1)] == sorted(rising, reverse=True)
    words = heads.all_inner_texts().index("generative model")
    heads.nth(words).get_by_role("button").click()
    assert heads.nth(place).get_attribute("aria-sort") is None
    named = [text for text in opened.column(words + 1) if text]
    assert named == sorted(named) and opened.column(words + 1)[: len(named)] == named  # missing values are last


def test_samples_are_browsed_and_shown_next_to_the_nearest_training_image(
    browser: "sync_api.Browser", folder: Path
) -> None:
    opened = Opened(browser, folder / "digits/report.html")
    section = opened.page.locator(".browser").first
    section.locator("summary").click()
    state, thumbs = section.get_by_role("status"), section.locator(".thumbs button")
    table = pd.read_parquet(folder / "digits/gan/samples.parquet")
    assert state.inner_text() == f"{len(table)} of {len(table)} images" and thumbs.count() == len(table) == 100
    section.locator("[data-filter=agrees]").select_option("false")
    assert thumbs.count() == (~table["agrees"]).sum() > 0
    label = table.loc[~table["agrees"], "label"].mode()[0]
    section.locator("[data-filter=label]").select_option(label)
    section.locator("[data-sort]").select_option("distance")
    chosen = table[~table["agrees"] & (table["label"] == label)].sort_values("distance")
    assert thumbs.count() == len(chosen)
    thumbs.first.focus()
    opened.page.keyboard.press("Enter")
    dialog = opened.page.get_by_role("dialog")
    assert f"nearest training image: {chosen['nearest_label'].iloc[0]}, " in dialog.inner_text()
    assert f"{chosen['distance'].iloc[0]:.1f} levels" in dialog.inner_text()
    opened.page.keyboard.press("Escape")
    assert not dialog.is_visible() and opened.messages == []


def test_the_overview_links_to_each_data_set(browser: "sync_api.Browser", folder: Path) -> None:
    page = Opened(browser, folder / "report.html").page
    page.get_by_role("link", name="few, all sizes together").first.click()
    assert page.locator("h1").inner_text().startswith("few: can generated images stand in")
    page.go_back()
    page.get_by_role("link", name="Digits (8x8)").click()
    assert page.locator("h1").inner_text().startswith("Digits (8x8)")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the answer"


def test_collapsed_sections_are_printed_and_screen_elements_are_not(browser: "sync_api.Browser", folder: Path) -> None:
    page = Opened(browser, folder / "digits/report.html").page
    collapsed = page.locator("details").count()
    assert collapsed and page.locator("details[open]").count() == 0
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details[open]").count() == collapsed
    assert not page.locator("nav").is_visible() and not page.locator(".note.screen").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
