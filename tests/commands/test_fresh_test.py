"""A second test set: which images count, and that it is opened once."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standin.commands import fresh_test as command
from standin.config.plan import DataSetPlan
from standin.core.errors import InputError, LeakError
from standin.data.fresh import load_fresh
from standin.data.source import Source
from standin.training.pools.mixed import mixed
from standin.training.pools.real import real as real_pool
from standin.training.pools.synthetic import synthetic
from standin.verdict.schema import Verdict
from tests.pipelines.images import NAMES, labeled_synthetic, real

LOADER = {"_target_": "standin.data.qmnist.load", "folder": "qmnist"}
ENTRY: dict[str, Any] = {
    "title": "Toy",
    "arms": ["real", "synthetic", "mixed"],
    "n_real": None,
    "withheld_subset": None,
    "label_budget": None,
    "n_synthetic": [None],
    "synthetic_ratio": [1.0],
    "generator_seeds": [0],
    "convergence_check": False,
    "generative_models": {"gan": {"_target_": "gan", "enabled": True, "arms": ["synthetic", "mixed"]}},
    "bootstrap": {"resamples": 400, "confidence": 0.95, "seed": 0},
    "verdict": {"replace_margin": 1.0, "replace_error_ratio": None, "extend_margin": 0.0, "real_at_least": None},
}


class Network:
    """Predicts whether an image is bright, of the first `correct`; the opposite for the others."""

    def __init__(self, correct: int) -> None:
        self.correct = correct

    def get_weights(self) -> list[np.ndarray]:
        return [np.array([self.correct])]


class Catalog(dict):
    """Stored results in memory."""

    exists, load, save = dict.__contains__, dict.__getitem__, dict.__setitem__


def predict(network: Network, images: np.ndarray) -> np.ndarray:
    is_bright = images.mean(axis=(1, 2, 3)) > 100
    bright = np.where(np.arange(len(images)) < network.correct, is_bright, ~is_bright)
    return np.stack([~bright, bright], axis=1).astype(float)


def splits() -> dict[str, dict[str, np.ndarray]]:
    return {"train": real(40), "validation": real(20, 500), "test": real(20, 600)}


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A run with a generative model whose second test set has 60 images, 10 of them training images."""
    train, generated, steps = real(40), labeled_synthetic(40), {"optimizer_steps": np.array(6)}
    pools = {
        "toy.real": real_pool(train),
        "toy.gan.synthetic": synthetic(generated),
        "toy.gan.mixed": mixed(train, generated),
    }
    catalog = Catalog({f"toy.{name}": arrays for name, arrays in splits().items()})
    for (name, pool), correct in zip(pools.items(), (50, 30, 60), strict=True):
        namespace, _, arm = name.rpartition(".")
        catalog[f"{namespace}.classifiers_{arm}"] = {"seed_0": lambda correct=correct: Network(correct)}
        catalog[f"{namespace}.provenance_{arm}"] = pool.provenance | steps
    catalog |= {
        "toy.gan.sample_quality": {"metrics": []},
        "toy.gan.scores": pd.DataFrame(),
        "toy.run_parameters": ENTRY,
    }
    catalog["toy.verdict"] = type("Stored", (), {"generative_models": {"gan": None}})
    images = {name: np.concatenate([real(50, 700)[name], train[name][:10]]) for name in ("images", "labels")}
    monkeypatch.setattr("standin.data.fresh.resolve_target", lambda _: lambda **_: images)
    monkeypatch.setattr("standin.training.inference.predict", predict)
    plan = DataSetPlan("toy", ENTRY | {"fresh_test": LOADER})
    monkeypatch.setattr(
        command.loader, "plans", lambda: {"toy": plan, "other": DataSetPlan("other", {"fresh_test": None})}
    )
    monkeypatch.setattr(command, "find_mismatch", lambda *_: None)
    monkeypatch.setattr(command, "local_path", lambda _: Path("fresh_test.json"))
    return catalog


def test_stored_classifiers_are_scored_on_images_that_nothing_has_seen(stored: Catalog) -> None:
    record = command.open_fresh_test("toy", stored)
    assert record["dropped"] == {"seen": 10, "repeated": 0, "in_test": 0}
    verdict = Verdict.model_validate(record["verdict"])
    assert verdict.test_images == 50
    assert [(row["arm"], row["accuracy"]) for row in record["accuracy"]] == [
        ("real", 1),
        ("synthetic", 0.6),
        ("mixed", 1),
    ]
    replace = verdict.generative_models["gan"].replace
    assert replace is not None and replace.answer == "no" and replace.best.pp == pytest.approx(-40)
    page = stored["toy.fresh_test_report"]
    assert "10 further images equal a training or validation image" in page and "replace: no" in page
    assert "also in the first test set" not in page


def test_it_is_opened_once(stored: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    first = command.open_fresh_test("toy", stored)
    stored["toy.fresh_test"] = json.loads(json.dumps(first))
    monkeypatch.setattr("standin.training.inference.predict", None)  # nothing is scored again
    assert command.open_fresh_test("toy", stored) == first
    margins = ENTRY["verdict"] | {"replace_margin": 50.0}
    changed = {"toy.run_parameters": ENTRY | {"verdict": margins}}
    changed["toy.gan.classifiers_mixed"] = {"seed_0": lambda: Network(59)}
    with pytest.raises(InputError, match="was opened on .* with other settings and classifiers; a second look"):
        command.open_fresh_test("toy", Catalog(stored | changed))
    assert stored["toy.fresh_test"] == first


def test_what_is_missing_is_named(stored: Catalog) -> None:
    with pytest.raises(InputError, match="no data set 'tay'; did you mean toy"):
        command.open_fresh_test("tay", stored)
    with pytest.raises(InputError, match=r"other.fresh_test: must name the loader of a second test set, got null"):
        command.open_fresh_test("other", stored)
    del stored["toy.gan.provenance_mixed"]
    with pytest.raises(InputError, match="there is no toy.gan.provenance_mixed yet: kedro run --pipelines=toy"):
        command.open_fresh_test("toy", stored)


def opened(monkeypatch: pytest.MonkeyPatch, loaded: Any) -> Any:
    monkeypatch.setattr("standin.data.fresh.resolve_target", lambda _: lambda **_: loaded)
    train, validation, test = splits().values()
    return load_fresh(LOADER, test, [train, validation])


def test_copies_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = [real(5, 500), real(4, 600), real(7, 700), real(3, 700)]
    loaded = {name: np.concatenate([part[name] for part in parts]) for name in ("images", "labels")}
    fresh, dropped = opened(monkeypatch, loaded | {"groups": np.arange(19)})
    assert dropped == {"seen": 5, "repeated": 3, "in_test": 4}
    np.testing.assert_array_equal(fresh["images"], loaded["images"][5:16])
    assert fresh["groups"].tolist() == list(range(5, 16))
    assert (fresh["image_ids"] < 0).all() and len(set(fresh["image_ids"])) == 11


def test_a_source_gives_its_test_images(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source({"train": real(4, 800), "test": real(6, 900)}, tuple(NAMES))
    assert len(opened(monkeypatch, source)[0]["labels"]) == 6
    with pytest.raises(InputError, match=r"classes must be \['dark', 'bright'\], as in the data set, got \['a', 'b'\]"):
        opened(monkeypatch, source._replace(class_names=("a", "b")))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"images": real(6, 900)["images"][:, :4]},
            r"images must be \(\(8, 8, 1\), 'uint8'\), as in the data set, got",
        ),
        ({"images": real(6, 900)["images"].astype(np.float32)}, "got .*float32"),
        ({"labels": np.arange(6)}, "labels must be 0 to 1, as in the data set, got 5"),
        ({"images": real(6, 0)["images"]}, "must have images that the data set does not have, got only copies"),
    ],
)
def test_images_must_be_like_those_of_the_data_set(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, np.ndarray], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        opened(monkeypatch, {name: real(6, 900)[name] for name in ("images", "labels")} | changed)


def test_an_image_that_a_model_has_seen_stops_it(stored: Catalog) -> None:
    """Such as one of images that the stored splits no longer have."""
    stored["toy.train"] = {name: array if name == "class_names" else array[20:] for name, array in real(40).items()}
    with pytest.raises(LeakError, match="the classifier was trained on 10 test images"):
        command.open_fresh_test("toy", stored)
