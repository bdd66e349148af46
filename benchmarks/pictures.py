"""The pictures of README and docs, except those of measurements, drawn again from stored results and running pages.

    python -m benchmarks.pictures                      # all whose results are stored here, and the graph
    python -m benchmarks.pictures kedro_viz --list     # only some; --list: which there are, and from what

Needs Chromium and Playwright (`pip install -e '.[test]'`) for pages. `training_step.png`, `classifiers.png`,
`time_to_accuracy.png` and `growth.png` are drawn by their benchmarks (`--plot`), since their measurements are not part
of a run.
"""

import argparse
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

DOCS = Path("docs/images")
RESULTS = Path("data/08_reporting")
FIGURES = {
    "digits_verdict": "digits/verdict.png",
    "mnist_verdict": "mnist/verdict.png",
    "mnist_gan_labeled": "mnist/gan/labeled.png",
    "small_data": "small_data/learning_curve.png",
    "color_mnist_traversals": "color_mnist/infogan/sample_quality/traversals_by_category.png",
}
"""Picture -> the figure of a run, which is copied."""
GRAPH, GRAPH_OF, GRAPH_SIZE = "kedro_viz", "mnist", (1500, 1000)
TUTORIAL, TUTORIAL_SIZE = "tutorial_report", (1000, 785)
START_S = 60
HINT_MS = 4000
"""How long to wait for a hint of kedro-viz, or until it has gone."""
MENUS = 136
"""Width of kedro-viz's menus, pixels."""
PORTS = range(20_000, 30_000)


def main() -> None:
    """Writes the pictures, and says which could not be written."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("names", nargs="*", help="pictures; default: all")
    parser.add_argument("--list", action="store_true", help="only list them")
    parser.add_argument("--tutorial", type=Path, default=Path("report.html"), help="the report of docs/tutorial.md")
    options = parser.parse_args()
    makers: dict[str, tuple[str, Callable[[Path], Any]]] = {
        name: (str(RESULTS / file), lambda target, file=file: shutil.copyfile(RESULTS / file, target))
        for name, file in FIGURES.items()
    }
    makers[GRAPH] = (f"kedro viz run, {GRAPH_OF}", draw_graph)
    makers[TUTORIAL] = (str(options.tutorial), lambda target: draw_page(options.tutorial, target, TUTORIAL_SIZE))
    if unknown := set(options.names) - set(makers):
        parser.error(f"no picture {', '.join(sorted(unknown))}; there are {', '.join(makers)}")
    for name in options.names or makers:
        source, make = makers[name]
        try:
            if not options.list:
                make(DOCS / f"{name}.png")
        except FileNotFoundError:
            print(f"{name}: not drawn, there is no {source}")
        else:
            print(f"{name}: {source}")


def draw_page(page: Path, target: Path, size: tuple[int, int]) -> None:
    """The top of an HTML file."""
    if not page.exists():
        raise FileNotFoundError(page)
    with opened(size) as tab:
        tab.goto(page.resolve().as_uri())
        tab.screenshot(path=target)


def draw_graph(target: Path) -> None:
    """What `kedro viz run` opens for a pipeline, without its menus."""
    with kedro_viz() as address, opened(GRAPH_SIZE) as tab:
        open_graph(tab, address, GRAPH_OF)
        tab.screenshot(path=target, clip={"x": MENUS, "y": 0, "width": GRAPH_SIZE[0] - MENUS, "height": GRAPH_SIZE[1]})


def open_graph(tab: Any, address: str, pipeline: str) -> None:
    """Opens a pipeline in kedro-viz, closes its hints, and hides its menus."""
    from playwright.sync_api import TimeoutError

    tab.goto(f"{address}/?pid={pipeline}")
    tab.locator("g.pipeline-node").first.wait_for()
    for button in (".feature-hints__close", "text=Dismiss", ".pipeline-menu-button--menu", "[aria-label*='minimap']"):
        with suppress(TimeoutError):
            tab.locator(button).first.click(timeout=HINT_MS)
    tab.mouse.move(700, 5)  # no tooltip
    tab.wait_for_timeout(HINT_MS)  # animations, and the last hint


@contextmanager
def opened(size: tuple[int, int]) -> Iterator[Any]:
    """A tab of Chromium."""
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        yield started.new_page(viewport={"width": size[0], "height": size[1]})
        started.close()


@contextmanager
def kedro_viz() -> Iterator[str]:
    """The address of a running kedro-viz.

    Raises:
        RuntimeError: it does not answer within a minute.
    """
    port = free_port()
    command = [sys.executable, "-m", "kedro", "viz", "run", "--no-browser", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/main")
        yield address
    finally:
        subprocess.run(["pkill", "-s", str(server.pid)], check=False)  # its server is a process of its own


def free_port() -> int:
    """A port that kedro-viz accepts: those that a system assigns by itself are too high for it."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)):
                return port
    raise RuntimeError("no free port")


def wait_for(address: str) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"kedro-viz did not answer at {address} within {START_S} s")


if __name__ == "__main__":
    main()
