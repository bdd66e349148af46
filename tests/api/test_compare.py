"""`standin.compare` on tiny arrays, from images to a report: one run, which all tests share."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import standin
from standin.api.result import Comparison
from standin.core.errors import InputError

CNN = {"_target_": "standin.models.cnn.cnn", "widths": [4]}
NETWORK = {"model": CNN, "steps": 4, "batch_size": 16}
TINY: dict[str, Any] = {
    "classifier": NETWORK,
    "pseudo_labeler": NETWORK,
    "oracle": NETWORK,
    "feature_extractor": {"model": {"widths": [4, 4, 8]}, "steps": 4, "batch_size": 16},
    "bootstrap": {"resamples": 400},
    "pixel_classifiers": [],
}


def squares(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Noisy 8 x 8 images, dark or bright on the left, and their classes."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    images = rng.integers(0, 100, (n, 8, 8), np.uint8)
    images[:, :, :4] += (120 * labels[:, None, None]).astype(np.uint8)
    return images, np.where(labels == 1, "bright", "dark")


@pytest.fixture(scope="module")
def progress() -> list[tuple[str, float]]:
    return []


@pytest.fixture(scope="module")
def result(progress: list[tuple[str, float]]) -> Comparison:
    generated = {"theirs": [squares(60, 1), squares(60, 2)], "bare": squares(60, 3)[0]}
    return standin.compare(
        squares(120, 0),
        generated,
        squares(60, 4),
        quick=True,
        made_from="train",
        parameters=TINY,
        progress=lambda what, done, left: progress.append((what, done)),
    )


def test_each_generator_has_an_answer(result: Comparison) -> None:
    models = result.verdict.generative_models
    assert set(models) == {"theirs", "bare"}
    assert all(model.replace and model.replace.answer in ("yes", "no", "undecided") for model in models.values())
    assert result.verdict.test_images == 60


def test_several_sets_are_generator_seeds(result: Comparison) -> None:
    assert {name: model.generator_seeds for name, model in result.verdict.generative_models.items()} == {
        "theirs": 2,
        "bare": 1,
    }


def test_the_accuracy_table_has_each_classifier(result: Comparison) -> None:
    table = result.accuracy
    assert table["arm"].tolist() == ["real", "synthetic", "synthetic", "synthetic"]
    assert table["n_synthetic"].tolist() == [0, 60, 60, 60]
    assert table["accuracy"].between(0, 1).all()


def test_images_without_labels_are_pseudo_labeled(result: Comparison) -> None:
    sources = result.accuracy.dropna(subset="generative_model").set_index("generative_model")["label_source"]
    assert sources["bare"] == "pseudo-labeler" and set(sources["theirs"]) == {"given"}


def test_the_quality_table_has_each_set(result: Comparison) -> None:
    assert set(result.quality["generated"]) == {"theirs.0", "theirs.1", "bare"} or len(set(result.quality["generated"])) == 3
    assert {"precision", "recall", "kid", "authenticity"} <= set(result.quality["name"])
    assert result.quality["value"].notna().any()


def test_parameters_say_where_images_come_from(result: Comparison) -> None:
    models = result.parameters["generative_models"]
    assert result.parameters["source"]["path"] == "in memory"
    assert [len(models[name]["images"]) for name in ("theirs", "bare")] == [2, 1]
    assert models["theirs"]["made_from"] == "train"


def test_text_has_a_paragraph_for_each_generator_and_a_table_best_first(result: Comparison) -> None:
    text = str(result)
    assert max(map(len, text.splitlines())) <= 100
    assert text.startswith("theirs: ") and "\n\nbare: " in text
    last = text.rpartition("\n\n")[2].splitlines()
    assert "trained on" in last[0] and "95% interval" in last[0]
    shown = [float(re.search(r"([\d.]+)%", line)[1]) for line in last[1:]]  # type: ignore[index]
    assert shown == sorted(shown, reverse=True) and len(shown) == 3


def test_a_notebook_shows_the_same(result: Comparison) -> None:
    page = result._repr_html_()
    assert page.count("<table") == 1 and page.count("<tr") == 4
    assert all(f"<p>{name}: " in page for name in ("theirs", "bare"))


def test_progress_grows(result: Comparison, progress: list[tuple[str, float]]) -> None:
    done = [part for _, part in progress]
    assert done == sorted(done) and done[0] == 0 and done[-1] < 1
    assert "the pseudo-labeler" in [what for what, _ in progress]


class Requests(HTMLParser):
    """Addresses that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attributes if name in ("src", "href", "srcset")]


def test_the_report_is_one_file(result: Comparison, tmp_path: Path) -> None:
    page = result.to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    parser = Requests()
    parser.feed(page)
    assert len(parser.addresses) > 5
    assert {re.split(r"[#,]", address)[0] for address in parser.addresses} == {"", "data:image/png;base64"}
    assert "@import" not in page and "url(" not in page


@pytest.mark.parametrize("words", ["kedro", "parameters.json", "generative model", "The configuration", "class_mixture"])
def test_the_report_says_nothing_of_a_project(result: Comparison, words: str) -> None:
    visible = re.sub(r"<pre>.*?</pre>", "", result.to_html(), flags=re.DOTALL)
    assert words.lower() not in visible.lower()


def test_notes_say_which_images_are_the_test_images() -> None:
    """Where none are given, and the origin of generated images cannot be the training images."""
    with pytest.raises(InputError, match="made_from: train requires test images"):
        standin.compare(squares(120, 0), squares(60, 1), made_from="train")


def test_too_few_test_images_are_refused_before_any_training() -> None:
    with pytest.raises(InputError, match="at least 20 test images are needed, got 10"):
        standin.compare(squares(60, 0), squares(60, 1), squares(10, 4))
