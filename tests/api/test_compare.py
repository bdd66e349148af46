"""`standin.compare` on tiny arrays, from images to a report: one run, which all tests share."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

import standin
from standin.api.compare import _notes
from standin.api.result import Comparison
from standin.api.run import Results
from standin.config.defaults import complete
from standin.core.errors import InputError
from standin.data.source import Source
from tests.conftest import ROOT

CNN = {"_target_": "standin.models.cnn.cnn", "widths": [4]}
NETWORK = {"model": CNN, "steps": 4, "batch_size": 16}
TINY: dict[str, Any] = {
    "classifier": NETWORK,
    "pseudo_labeler": NETWORK,
    "oracle": NETWORK | {"model": {"_target_": "standin.models.resnet.resnet", "widths": [4], "blocks": 1}},
    "feature_extractor": {"model": {"widths": [4]}, "steps": 4, "batch_size": 16},
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
    generated = {"theirs": [squares(60, 1), (squares(60, 2)[0], None)]}
    return standin.compare(
        squares(120, 0),
        generated,
        squares(60, 4),
        quick=True,
        made_from="train",
        parameters=TINY,
        progress=lambda what, done, left: progress.append((what, done)),
    )


def test_several_sets_are_generator_seeds_of_one_answer(result: Comparison) -> None:
    (model,) = result.verdict.generative_models.values()
    assert model.replace and model.replace.answer in ("yes", "no", "undecided")
    assert model.generator_seeds == 2
    assert result.verdict.test_images == 48  # a fifth is for validation


def test_the_accuracy_table_has_each_classifier(result: Comparison) -> None:
    table = result.accuracy
    assert table["arm"].tolist() == ["real", "synthetic", "synthetic"]
    assert table["n_synthetic"].tolist() == [0, 60, 60]
    assert table["accuracy"].between(0, 1).all()


def test_images_without_labels_are_pseudo_labeled(result: Comparison) -> None:
    assert result.accuracy["label_source"].tolist()[1:] == ["given", "pseudo-labeler"]


def test_the_quality_table_has_each_set(result: Comparison) -> None:
    assert result.quality["generated"].nunique() == 2
    assert {"precision", "recall", "kid", "authenticity"} <= set(result.quality["name"])
    assert result.quality["value"].notna().any()


def test_parameters_say_where_images_come_from(result: Comparison) -> None:
    model = result.parameters["generative_models"]["theirs"]
    assert result.parameters["source"]["path"] == "in memory"
    assert [source["path"] for source in model["images"]] == ["in memory"] * 2
    assert model["made_from"] == "train"


def test_text_has_a_paragraph_and_a_table_best_first(result: Comparison) -> None:
    text = str(result)
    assert max(map(len, text.splitlines())) <= 100
    assert "can generated images stand in for real ones?" in text.partition("\n")[0]
    assert "\nWarning: This is a rehearsal" in text and "\n\ntheirs: Replace: " in text
    last = text.rpartition("\n\n")[2].splitlines()
    assert "trained on" in last[0] and "95% interval" in last[0]
    shown = [float(re.search(r"([\d.]+)%", line)[1]) for line in last[1:]]  # type: ignore[index]
    assert shown == sorted(shown, reverse=True) and len(shown) == 2


def test_a_notebook_shows_the_same(result: Comparison) -> None:
    page = result._repr_html_()
    assert "<b>Warning:</b> 48 test images" in page
    assert page.count("<table") == 1 and page.count("<tr") == 3
    assert page.startswith("<p><b>Warning:</b> This is a rehearsal")


def test_what_holds_for_all_generators_is_said_once() -> None:
    models = {"a": SimpleNamespace(sentences=("No.", "Both.")), "b": SimpleNamespace(sentences=("Yes.", "Both."))}
    both = SimpleNamespace(verdict=SimpleNamespace(generative_models=models))
    one = SimpleNamespace(verdict=SimpleNamespace(generative_models={"a": models["a"]}))
    assert Comparison.sentences.fget(both) == ["a: No.", "b: Yes.", "All sets: Both."]  # type: ignore[attr-defined]
    assert Comparison.sentences.fget(one) == ["a: No. Both."]  # type: ignore[attr-defined]


def test_progress_grows(result: Comparison, progress: list[tuple[str, float]]) -> None:
    done = [part for _, part in progress]
    assert done == sorted(done) and done[0] == 0 and done[-1] == pytest.approx(1)
    assert {"the pseudo-labeler", "the pseudo-labeler, step 4 of 4"} <= {what for what, _ in progress}


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
    images = {f"data:image/{kind};base64" for kind in ("png", "svg+xml")}
    assert {re.split(r"[#,]", address)[0] for address in parser.addresses} == {"", *images}
    assert "@import" not in page and "url(" not in page


@pytest.mark.parametrize(
    "words", ["kedro", "parameters.json", "generative model", "The configuration", "class_mixture"]
)
def test_the_report_says_nothing_of_a_project(result: Comparison, words: str) -> None:
    visible = re.sub(r"<pre>.*?</pre>", "", result.to_html(), flags=re.DOTALL)
    assert words.lower() not in visible.lower()


def test_notes_say_that_test_images_were_taken_from_the_real_ones() -> None:
    source = Source({"train": {}}, ("a", "b"), notes=("Gray images became RGB.",))
    results = Results({})
    results.shared |= {"test": {"labels": np.zeros(1200)}, "train": {"labels": np.zeros(100)}}
    results.experiments["theirs"] = {
        "synthetic": {"images": np.zeros(100), "labels": np.zeros(100), "notes": np.array(["one"])}
    }
    first, second, third = _notes(source, results)
    assert (first, third) == ("real: Gray images became RGB.", "theirs: one")
    assert second.startswith("1,200 of the real images are the test images.")
    assert _notes(source._replace(splits={"train": {}, "test": {}}), results) == [first, third]


def test_notes_say_that_there_are_fewer_generated_images_and_no_labels() -> None:
    results = Results({})
    results.shared["train"] = {"labels": np.zeros(1000)}
    results.experiments["theirs"] = {"synthetic": {"images": np.zeros(750), "notes": np.array([])}}
    few, unlabeled = _notes(Source({"train": {}, "test": {}}, ("a", "b")), results)
    assert few.startswith("theirs: 750 images are compared with 1,000 real training images")
    assert unlabeled.startswith("theirs: these images have no labels; a pseudo-labeler")


def test_a_generator_of_the_training_images_cannot_have_seen_test_images_only_if_they_are_given() -> None:
    with pytest.raises(InputError, match="made_from: train requires test images"):
        standin.compare(squares(120, 0), squares(60, 1), made_from="train")


def test_too_few_test_images_are_refused_before_any_training() -> None:
    with pytest.raises(InputError, match="at least 20 test images are needed, got 10"):
        standin.compare(squares(60, 0), squares(60, 1), squares(10, 4))


PAGE = (ROOT / "docs/own_images.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_examples_of_the_page_work(
    result: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are executed in a folder with the images that they name; the arguments of each comparison are read and
    completed as in `compare`, and the result is that of the shared run."""
    for folder, seed in (("mine", 0), ("theirs", 1), ("gan_0", 1), ("gan_1", 2), ("gan_2", 3), ("test", 4)):
        images, labels = squares(40, seed)
        for i, (image, label) in enumerate(zip(images, labels, strict=True)):
            (tmp_path / folder / label).mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(tmp_path / folder / label / f"{i}.png")
    compared = []

    def stop(steps: list[Any], results: Results, progress: Any = None) -> None:
        compared.append(results)
        results.shared |= result._results.shared
        results.experiments |= result._results.experiments

    monkeypatch.setattr("standin.api.compare.run", stop)
    monkeypatch.setattr("standin.api.compare.Comparison", lambda *_: result)
    monkeypatch.setattr("standin.api.compare._check_amounts", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/own_images.md", "exec"), names)
    (only,) = compared
    assert only.entry["classifier"]["steps"] == 2000
    assert sum("gan" in name for name in only.experiments) == 3 and "simulator" in only.experiments
    assert "theirs: Replace" in capsys.readouterr().out
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_the_configuration_of_the_page_is_valid(tmp_path: Path) -> None:
    (block,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    entry = complete({"mine": yaml.safe_load(block)["mine"]}, tmp_path)["mine"].entry
    assert entry["generative_models"]["theirs"]["made_from"] == "train"


def test_test_images_that_are_the_training_images_are_refused() -> None:
    with pytest.raises(InputError, match="only 0 of 120 training images are left"):
        standin.compare(squares(120, 0), squares(60, 1), squares(120, 0))
