"""The nodes of sample quality, on images with hand-computed results."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from standin.core.leakage import mark_seen
from standin.data.subset import subset
from standin.models.infogan import InfoGAN
from standin.models.vae import VAE
from standin.pipelines.references import images as references
from standin.pipelines.references.memorization import extract_memorization_features
from standin.pipelines.sample_quality import collect, figures, metric_nodes, nodes, probes
from standin.pipelines.sample_quality.samples import nearest_in_pixels, sample_table
from standin.verdict.memorization import memorization_in

Arrays = dict[str, np.ndarray]
NOTHING_LEAKS: dict[str, Any] = {"test": 10**6, "validation": 10**6}
NOTHING_SEEN = mark_seen("feature_extractor", {"images": np.zeros((1, 1), np.uint8), "image_ids": np.array([-1])})


def _class_by_class(rng: np.random.Generator, n: int) -> Arrays:
    """Images of three classes as an image folder has them: sorted by class, with one brightness per class."""
    labels = np.repeat([0, 1, 2], n // 3)
    noise = rng.integers(0, 60, (len(labels), 8, 8, 1))
    names = {
        "class_names": np.array(["a", "b", "c"]),
        "half": np.arange(len(labels)) % 2,
        "same_source": np.array(False),
    }
    names["image_ids"] = rng.integers(0, 2**60, len(labels))
    return {"images": (noise + 80 * labels[:, None, None, None]).astype(np.uint8), "labels": labels} | names


@pytest.fixture
def pixels_as_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "standin.training.inference.features_of", lambda _, images: images.reshape(len(images), -1).astype(np.float32)
    )


def _evaluated(
    generated: Arrays, train: Arrays, validation: Arrays, test: Arrays, most: int, withheld_subset: Any = None
) -> dict[str, dict[str, Any]]:
    """Metrics of generated images in features, by name."""
    settings = {"max_images": most}
    # Images of these tests may stand for any part.
    report = {"test": len(test["labels"]), "validation": len(validation["labels"])}
    extractor = None, NOTHING_SEEN
    images = (train, validation, test, {"images": test["images"][:0]})
    real = extract_memorization_features(*extractor, *extractor, *images, settings, withheld_subset)
    reference = references.extract_reference_features(
        None, NOTHING_SEEN, train, validation, test, settings, withheld_subset, real
    )
    features, distances = nodes.extract_sample_features(
        report, None, None, generated, train, real, settings, withheld_subset
    )
    results = metric_nodes.compute_fidelity(features, reference) + metric_nodes.compute_memorization(
        features, reference, distances
    )
    return {result["name"]: result for result in results}


def memorized(results: dict[str, dict[str, Any]]) -> bool:
    found = memorization_in([*results.values()])
    assert found is not None
    return found.detected


@pytest.mark.usefixtures("pixels_as_features")
def test_new_images_have_expected_values_even_if_sorted_by_class(rng: np.random.Generator) -> None:
    generated, train, validation, test = (_class_by_class(rng, n) for n in (600, 900, 300, 600))
    results = _evaluated(generated, train, validation, test, 150)
    for name in ("precision", "recall", "coverage", "label_tv_distance", "diversity"):
        assert results[name]["value"] == pytest.approx(results[name]["real"], abs=0.15), name
    assert results["c2st_accuracy"]["value"] < 0.6  # of few images, folds that differ by chance push it below a half
    assert results["label_tv_distance"]["value"] < 0.15  # the first 150 images are all of class 0
    assert {result["n"] for result in results.values()} == {150, None}  # membership tests start from real images


@pytest.mark.usefixtures("pixels_as_features")
def test_copies_of_training_images_are_detected(rng: np.random.Generator) -> None:
    train, validation, test = (_class_by_class(rng, n) for n in (600, 300, 300))
    copies = {name: train[name][train["half"] == 1] for name in ("images", "labels")}
    results = _evaluated(copies, train, validation, test, 300)
    assert results["authenticity"]["value"] == 0 < results["authenticity"]["real"]
    assert results["c_t"]["value"] < -3 < results["c_t"]["real"]


@pytest.mark.usefixtures("pixels_as_features")
def test_memorization_is_detected_in_copies_only(rng: np.random.Generator) -> None:
    train, validation, test = (_class_by_class(rng, n) for n in (600, 600, 600))
    assert memorized(_evaluated(train, train, validation, test, 600))
    assert not memorized(_evaluated(_class_by_class(rng, 600), train, validation, test, 600))


@pytest.mark.usefixtures("pixels_as_features")
def test_with_a_withheld_subset_honest_images_are_no_copies_and_imputed_copies_are_found(
    rng: np.random.Generator,
) -> None:
    withheld_subset = {"class": "c", "attribute": None, "keep": 0.1}
    whole, validation, test = (_class_by_class(rng, n) for n in (600, 600, 600))
    train = subset(whole, None, withheld_subset, seed=0)
    assert train["missing"].tolist() == [0, 0, 180]
    honest = {name: _class_by_class(rng, 600)[name][:400] for name in ("images", "labels")}  # of classes a and b
    new = {name: _class_by_class(rng, 600)[name][400:] for name in ("images", "labels")}
    kept = train["images"][(train["labels"] == 2) & (train["half"] == 1)]
    copies = {"images": np.repeat(kept, 20, axis=0), "labels": np.full(20 * len(kept), 2)}
    misnamed = {"images": honest["images"], "labels": np.full(400, 2)}  # lie as close as images of their own kind do
    for imputed, suspected in ((new, False), (misnamed, False), (copies, True)):
        generated = honest | {f"imputed_{name}": imputed[name] for name in imputed}
        results = _evaluated(generated, train, validation, test, 600, withheld_subset)
        assert results["authenticity"]["value"] == pytest.approx(results["authenticity"]["real"], abs=0.1)
        assert results["imputed_authenticity"]["n"] == len(imputed["labels"])
        others = results["authenticity"]["n_real"]
        assert 200 < others < 300 and results["imputed_authenticity"]["n_real"] in (others, 400 - others)
        assert 200 < results["c_t"]["n_real"] < 300  # test images of the withheld kind do not count either
        assert memorized(results) == suspected


@pytest.mark.usefixtures("pixels_as_features")
def test_a_model_that_makes_one_image_for_each_condition_is_found_though_its_class_varies(
    rng: np.random.Generator,
) -> None:
    def images(n: int, noise: float) -> Arrays:
        asked = rng.uniform(0, 1, (n, 1)).astype(np.float32)
        drawn = 100 + 80 * asked[:, :, None, None] + noise * rng.normal(size=(n, 8, 8, 1))
        names = {
            "class_names": np.array(["a"]),
            "half": np.arange(n) % 2,
            "same_source": np.array(False),
            "labels": np.zeros(n, int),
        }
        names["image_ids"] = rng.integers(0, 2**60, n)
        return {"images": drawn.clip(0, 255).astype(np.uint8), "conditions": asked} | names

    results = _evaluated(images(300, 0.5), images(300, 20), images(300, 20), images(300, 20), 300)
    assert results["diversity_at_conditions"]["value"] < 0.2 < results["diversity"]["value"]
    assert results["diversity_at_conditions"]["real"] == pytest.approx(1, abs=0.1)


@pytest.mark.usefixtures("pixels_as_features")
def test_metrics_with_too_few_images_are_left_out(rng: np.random.Generator) -> None:
    train, few = _class_by_class(rng, 60), _class_by_class(rng, 3)
    results = _evaluated(few, train, few, few, 300)
    in_both = {f"{name}{space}" for name in ("fd", "kid", "vendi_score") for space in ("", "_pixels")}
    assert set(results) == in_both | {"distinct_features", "label_tv_distance", "authenticity", "exact_copies"}
    assert results["fd"]["value"] is None and "need 640 images, got 3" in results["fd"]["reason"]
    assert memorization_in([*results.values()]) is None


def test_dead_units_of_an_extractor_are_detected(monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> None:
    """It gives zeros for two of three classes."""
    monkeypatch.setattr(
        "standin.training.inference.features_of",
        lambda _, images: np.maximum(images.reshape(len(images), -1).astype(np.float32) - 150, 0),
    )
    generated, train, validation, test = (_class_by_class(rng, n) for n in (300, 300, 300, 300))
    results = _evaluated(generated, train, validation, test, 300)
    assert results["distinct_features"]["real"] == pytest.approx(1 / 3, abs=0.01)


def test_too_few_test_images_for_a_floor_hide_no_copies(rng: np.random.Generator) -> None:
    training = rng.normal(size=(200, 4))
    reference = {"validation": rng.normal(size=(100, 4)), "test": rng.normal(size=(100, 4)), "training": training}
    reference |= {"validation_withheld": np.zeros(100, bool), "test_withheld": np.arange(100) >= 5}
    reference["training_radii"] = np.ones(200)
    distances = {"n_training": np.array(200), "n_generated": np.array(100), "n_copies": np.array(0)}
    results = metric_nodes.compute_memorization({"generated": training[:100] + 1e-6}, reference, distances)
    (c_t,) = (result for result in results if result["name"] == "c_t")
    assert c_t["real"] is None and c_t["value"] < -3


def test_samples_are_scored_as_they_came_and_labels_of_labeled_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """An oracle that reads probabilities from the first two pixels."""
    monkeypatch.setattr("standin.training.inference.predict", lambda _, images: images[:, 0, :2, 0] / 100)
    sure, unsure = np.zeros((2, 4, 8, 8, 1), np.uint8)
    sure[:, 0, :2, 0], unsure[:, 0, :2, 0] = (95, 5), (50, 50)
    settings = {"max_images": 6, "confident_above": 0.9}
    labeled = {"images": sure, "labels": np.array([0, 0, 0, 1])}
    synthetic = {"images": np.concatenate([sure, unsure])}
    predictions = nodes.predict_samples(NOTHING_LEAKS, None, synthetic, labeled, settings)
    real = {"validation": np.array([[0.95, 0.05], [0.6, 0.4]]), "validation_labels": np.array([0, 1])}
    names = {"class_names": np.array(["a", "b"])}
    results = {
        result["name"]: result for result in metric_nodes.compute_prediction_metrics(predictions, real, names, settings)
    }
    confident, accuracy = results["confident_fraction"], results["label_accuracy"]
    assert (confident["value"], confident["n"], confident["real"]) == (4 / 6, 6, 0.5)
    assert (accuracy["value"], accuracy["n"], accuracy["real"]) == (0.75, 4, 0.5)
    assert "at least 90%" in confident["explanation"]


def test_conditions_are_read_from_generated_and_from_real_images(monkeypatch: pytest.MonkeyPatch) -> None:
    """A regressor that reads brightness, which generated images have as asked and real images have not."""
    monkeypatch.setattr(
        "standin.training.inference.outputs_of", lambda _, images: images[:, 0, 0, :1].astype(np.float32)
    )
    monkeypatch.setattr("standin.training.inference.predict", lambda _, images: np.full((len(images), 2), 0.5))
    asked = np.arange(50, dtype=np.float32)[:, None]
    shown = np.tile(asked[:, :, None, None], (1, 8, 8, 1)).astype(np.uint8)
    labels = np.zeros(50, int)
    settings = {"max_images": 50, "confident_above": 0.9}
    generated = {"images": shown, "conditions": asked, "labels": labels}
    real = {"images": shown, "conditions": asked[::-1], "labels": labels, "image_ids": np.arange(50)}
    seen = mark_seen("oracle", {"images": shown[:0], "image_ids": np.arange(0)})
    seen_by_regressor = mark_seen("regressor", {"images": shown[:0], "image_ids": np.arange(0)})
    reference = references.predict_reference_images(None, seen, real, real, settings, object(), seen_by_regressor)
    predictions = nodes.predict_samples(NOTHING_LEAKS, None, generated, generated, settings, object())
    names = {"class_names": np.array(["a", "b"]), "condition_names": np.array(["log mass"])}
    results = {
        result["name"]: result
        for result in metric_nodes.compute_prediction_metrics(predictions, reference, names, settings)
    }
    assert results["log_mass_r2"]["value"] == pytest.approx(1)
    assert results["log_mass_slope"]["value"] == pytest.approx(1)
    assert results["log_mass_slope"]["real"] == pytest.approx(-1)
    assert results["log_mass_error"]["value"] == 0
    panel = figures.condition_readings_panel(predictions, reference, names, "toy")
    assert panel.figure.axes[0].get_title(loc="left") == "log mass"


def _always_the_first(_: Any, images: np.ndarray) -> np.ndarray:
    return np.tile([1.0, 0.0], (len(images), 1))


def test_an_autoencoder_is_probed_at_each_kept_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "predict", _always_the_first)
    model = VAE((8, 8, 1), widths=[4])
    images = np.random.default_rng(0).integers(0, 255, (20, 8, 8, 1), dtype=np.uint8)
    train = {"images": images, "labels": np.arange(20) % 2, "class_names": np.array(["a", "b"])}
    weights = [v.numpy() for player in model.players for v in player.variables]
    snapshots = {f"weights_1_{i}": np.zeros_like(array) for i, array in enumerate(weights)}
    outputs = nodes.probe_model(NOTHING_LEAKS, model, snapshots, train, train, None, {"shown_conditions": []})
    assert (outputs["latents_1"] == 0).all() and outputs["latents"].any()  # all weights were 0 in epoch 1
    reference = {"test": _always_the_first(None, images)}
    results = {
        result["name"]: result
        for result in metric_nodes.compute_model_metrics(pd.DataFrame(), outputs, reference, train, train)
    }
    assert results["label_preservation"]["value"] == results["label_preservation_drawn"]["value"] == 0.5
    assert results["label_preservation"]["real"] == 0.5
    parts = results["test_reconstruction_error"]["value"] + results["test_kl_divergence"]["value"]
    assert results["test_loss"]["value"] == pytest.approx(parts)
    assert "latent_neighbor_accuracy" in results
    panels = figures.reconstruction_panels(outputs, train, reference["test"], "toy")
    assert panels.keys() == {"reconstructions", "latent_scatter", "manifold"}
    assert "Correct of 20: 10 of the images themselves, 10 at epoch 1." in panels["reconstructions"].caption


def test_categories_are_matched_with_classes_and_shown_with_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Categories 0, 1, 2 are read from real images as classes 1, 2, 0; images of category 2 show class 1."""
    model = InfoGAN((8, 8, 3), categories=3, continuous=2, hidden=4, width=4)
    labels = np.arange(300) % 3
    train = {"images": np.zeros((300, 8, 8, 3), np.uint8), "labels": labels, "class_names": np.array(["a", "b", "c"])}
    latents = model.draw_latent(np.random.default_rng(0), probes.N_DRAWN)
    category = latents[:, model.noise_dim :][:, :3].argmax(axis=1)
    monkeypatch.setattr(probes, "read_categories", lambda *_: (labels + 2) % 3)
    monkeypatch.setattr(probes, "predict", lambda *_: np.eye(3)[np.array([1, 2, 1])[category]])
    outputs = nodes.probe_model(NOTHING_LEAKS, model, {}, train, train, None, {"shown_conditions": []})
    results = {
        result["name"]: result
        for result in metric_nodes.compute_model_metrics(pd.DataFrame(), outputs, {"test": None}, train, train)
    }
    assert results["category_accuracy"]["value"] == 1
    assert results["category_drawn"]["value"] == pytest.approx((category != 2).mean())
    assert {"code_1_color", "code_2_stroke_width"} <= results.keys()
    panels = figures.traversal_panels(outputs, train, "toy")
    titles = [axes.get_title() for axes in panels["traversals_by_category"].figure.axes]
    assert titles[:3] == ["category 0: b", "category 1: c", "category 2: a"]


def test_a_model_that_declares_nothing_is_not_probed() -> None:
    """Methods of the right names alone do not make an autoencoder."""
    model = SimpleNamespace(capabilities=frozenset(), condition=None, encode=lambda: None, recognize=lambda: None)
    assert nodes.probe_model(NOTHING_LEAKS, model, {}, {}, {}, None, {"shown_conditions": []}) == {}


def test_images_at_conditions_are_generated_and_found_among_training_images() -> None:
    conditions = np.arange(20, dtype=np.float32)[:, None]
    images = np.tile(conditions[:, :, None, None], (1, 8, 8, 1)).astype(np.uint8)
    model = SimpleNamespace(sample=lambda n, seed, asked: [np.full((n, 8, 8, 1), asked[0, 0] / 100, np.float32)])
    outputs = probes.sample_at_conditions(model, {"images": images, "conditions": conditions}, [[3.0], [15.0]])
    assert outputs["real_at_conditions"][1, 0, 0, 0, 0] == 15
    assert outputs["generated_at_conditions"][0] == pytest.approx(0.03)
    panel = figures.at_conditions_panel(outputs, {"condition_names": np.array(["mass"])}, "toy")
    assert "The 9 real training images nearest" in panel.caption


def test_results_are_collected_with_the_diagnostics_of_the_training() -> None:
    history = pd.DataFrame({"epoch": [1, 2], "loss": [1.0, 1.0]})
    snapshots = {f"epoch_{epoch}": np.zeros((4, 8, 8, 1), np.uint8) for epoch in (1, 2)}
    rng = np.random.default_rng(0)
    train = {
        "images": rng.integers(0, 255, (9, 8, 8, 1), np.uint8),
        "labels": np.arange(9) % 3,
        "image_ids": np.arange(9),
    }
    metrics = [[{"name": name}] for name in "abcd"]
    labels = np.repeat([0, 1], 20)
    labeled = {"labels": labels, "class_names": np.array(["a", "b", "c"]), "label_source": np.array("given")}
    labeled |= {"images": rng.integers(0, 255, (40, 8, 8, 1), np.uint8), "is_manual": np.zeros(40, bool)}
    exchanged, right = np.eye(3)[1 - labels], np.eye(3)[labels]
    outputs = {"labeled": exchanged, "labels": labels}, {"validation": right, "validation_labels": labels}
    collected, table = collect.collect_results(
        {"figure": "caption"}, history, snapshots, train, labeled, *outputs, *metrics
    )
    assert len(table) == 40 and not table["agrees"].any()
    assert [metric["name"] for metric in collected["metrics"]] == ["a", "b", "c", "d"]
    assert collected["captions"] == {"figure": "caption"}
    assert len(collected["diagnostics"]) == 2  # all images are alike, and stay as they are
    missing, swapped = collected["warnings"]
    assert (missing["classes"], swapped["classes"]) == (("c",), ("a", "b"))
    by_model = labeled | {"label_source": np.array("condition")}  # then the labels are no one's mistake
    collected, _ = collect.collect_results({}, pd.DataFrame(), {}, train, by_model, *outputs)
    assert not collected["diagnostics"] and len(collected["warnings"]) == 1


def test_the_nearest_training_image_and_copies_are_found() -> None:
    rng = np.random.default_rng(0)
    among = rng.integers(0, 256, (9000, 4, 4, 1), np.uint8)
    images = np.stack([among[8500], among[3], among[4100]])
    images[1, 0, 0, 0] ^= 16
    places, distance = nearest_in_pixels(images, among)
    assert places.tolist() == [8500, 3, 4100]
    assert distance.tolist() == [0, pytest.approx(16 / 4), 0]


def test_the_table_of_images_says_what_is_known_of_each() -> None:
    rng = np.random.default_rng(0)
    train = {"images": rng.integers(0, 256, (5, 8, 8, 1), np.uint8), "labels": np.array([0, 1, 0, 1, 1])}
    train["image_ids"] = np.array([10, 11, 12, 13, 14])
    images = np.concatenate([train["images"][3:4], rng.integers(0, 256, (2, 8, 8, 1), np.uint8)])
    labeled = {"images": images, "labels": np.array([1, 0, 1]), "is_manual": np.array([False, True, False])}
    labeled["class_names"] = np.array(["cat", "NA"])
    table = sample_table(labeled, train, {"labeled": np.array([[0.25, 0.75], [0.0, 1.0]])})
    assert table[["label", "oracle", "confidence", "agrees", "manual", "copy"]].to_numpy().tolist() == [
        ["NA", "NA", 0.75, True, False, True],
        ["cat", "NA", 1.0, False, True, False],
    ]
    assert table["nearest_image_id"][0] == 13 and table["nearest_label"][0] == "NA"
    with Image.open(BytesIO(table["nearest_image"][0])) as shown:
        np.testing.assert_array_equal(np.asarray(shown), images[0, :, :, 0])
