"""Metrics of generated images in memory."""

import numpy as np
import pandas as pd
import pytest

import standin
from standin.api.compare import prepare
from standin.core.errors import InputError
from tests.api.test_networks import network

rng = np.random.default_rng(0)


def images(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two classes of random images, one dark and one bright."""
    labels = np.arange(n) % 2
    pixels = rng.integers(0, 128, (n, 8, 8, 1)) + 100 * labels[:, None, None, None]
    return pixels.astype(np.uint8), labels


REAL, TEST, NEW, UNLABELED = images(240), images(60), images(80), images(80)
LARGE = UNLABELED[0].repeat(2, axis=1).repeat(2, axis=2)


def features(given: np.ndarray) -> np.ndarray:
    return given.reshape(len(given), -1)[:, :4] / 255


def values(table: pd.DataFrame, of_set: str) -> pd.Series:
    return table[table["generated"] == of_set].set_index("name")["value"]


def test_given_features_show_copies_and_replace_the_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("standin.training.supervised.fit", None)  # nothing is trained
    train = prepare(REAL, NEW, TEST, networks={}).results.shared["train"]
    sets = {"new": NEW, "copies": (train["images"], train["labels"]), "unlabeled": LARGE}
    table = standin.evaluate_samples(REAL, sets, TEST, features=features)
    assert values(table, "copies")["membership_tpr_p_features"] < 0.001
    assert values(table, "copies")["membership_tpr_p_pixels"] < 0.001
    assert values(table, "new")["membership_tpr_p_features"] > 0.001
    assert values(table, "new")["authenticity"] > values(table, "copies")["authenticity"]
    both = {"precision", "recall", "vendi_score", "precision_pixels"}
    labeled = {"diversity", "diversity_pixels", "label_tv_distance"}
    assert both | labeled <= {*values(table, "new").index}
    assert {*values(table, "new").index} - {*values(table, "unlabeled").index} == labeled
    assert "label_accuracy" not in {*table["name"]}
    expected = table[(table["generated"] == "new") & (table["name"] == "precision")]["real"].item()
    assert 0.5 < expected <= 1
    assert table.attrs["notes"] == [
        "unlabeled: All 80 images were resized to 8 x 8 pixels, from 16 x 16.",
    ]


def test_reference_models_are_trained_without_classifiers() -> None:
    tiny = {"steps": 4, "batch_size": 16}
    plain = {"model": {"_target_": "plain_cnn"}}
    parameters = {"oracle": tiny | plain, "feature_extractor": tiny | {"recipe": {"optimizer": "adamw"}}}
    sets = {"labeled": NEW, "unlabeled": UNLABELED[0]}
    table = standin.evaluate_samples(REAL, sets, TEST, feature_extractor=network, parameters=parameters)
    labeled, unlabeled = values(table, "labeled"), values(table, "unlabeled")
    assert 0 <= labeled["label_accuracy"] <= 1
    assert 0 <= unlabeled["confident_fraction"] <= 1
    assert np.isfinite([labeled["kid"], unlabeled["kid"]]).all()
    assert {"label_accuracy", "diversity"}.isdisjoint(unlabeled.index)


def test_features_and_a_feature_extractor_exclude_each_other() -> None:
    with pytest.raises(InputError, match="features and feature_extractor exclude each other"):
        standin.evaluate_samples(REAL, NEW, TEST, features=features, feature_extractor=network)
