"""What is found of models whose answers can be worked out by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from standin.core.images import to_float
from standin.data.subset import subset
from standin.models.conditional_vae import ConditionalVAE
from standin.models.infogan import InfoGAN
from standin.models.vae import VAE
from standin.pipelines.sample_quality import autoencoders, codes, conditions, distances
from standin.verdict.compute import are_copies


class Halves:
    """An "autoencoder" whose latent is the mean of the left and of the right half, each drawn with variance 1/100."""

    latent_dim = 2
    condition = None

    def encode(self, images: np.ndarray, label: Any) -> tuple[np.ndarray, np.ndarray]:
        halves = (images + 1) / 2
        mean = np.stack([halves[:, :, :4].mean(axis=(1, 2, 3)), halves[:, :, 4:].mean(axis=(1, 2, 3))], axis=1)
        return mean, np.full_like(mean, np.log(0.01))

    def decode(self, latent: Any, label: Any = None) -> np.ndarray:
        images = np.repeat(np.asarray(latent), 4, axis=1)[:, None, :, None]
        return np.repeat(images, 8, axis=1)


def test_an_autoencoder_is_reconstructed_from_its_means_and_from_drawn_latents() -> None:
    images = np.full((2000, 8, 8, 1), 102, np.uint8)  # 2/5 of 255
    images[:, :, 4:] = 153
    found = autoencoders.reconstruct(Halves(), {"images": images})
    np.testing.assert_array_equal(found.reconstructions, images)
    np.testing.assert_allclose(found.codes, np.tile([0.4, 0.6], (2000, 1)), atol=1e-6)
    # KL(N(m, v) || N(0, 1)) = (v + m^2 - 1 - log v) / 2.
    assert found.divergence == pytest.approx((2 * (0.01 - 1 - np.log(0.01)) + 0.4**2 + 0.6**2) / 2, abs=1e-4)
    assert found.error == pytest.approx(64 * 0.01, rel=0.1)
    off = (found.drawn_reconstructions.astype(float) - images) / 255
    assert np.square(off).sum(axis=(1, 2, 3)).mean() == pytest.approx(found.error, rel=0.01)


def test_weights_of_earlier_epochs_are_looked_at_and_put_back() -> None:
    model = VAE((8, 8, 1), widths=[4])
    images = np.random.default_rng(0).integers(0, 255, (20, 8, 8, 1), dtype=np.uint8)
    train_rows = {"images": images, "labels": np.arange(20) % 2}
    test_images = train_rows | {"class_names": np.array(["a", "b"])}
    kept = [v.numpy().copy() for p in model.players for v in p.variables]
    snapshots = {f"weights_1_{i}": np.zeros_like(array) for i, array in enumerate(kept)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standin.training.inference.predict", _always_the_first)
        findings, pictures = autoencoders.evaluate_autoencoder(model, snapshots, train_rows, test_images, None, "toy")
    found = {finding.name: finding for finding in findings}
    assert found["label_preservation"].value == found["label_preservation_drawn"].value == 0.5
    assert found["test_loss"].value == pytest.approx(
        found["test_reconstruction_error"].value + found["test_kl_divergence"].value
    )
    assert found["test_kl_divergence"].value > 0  # with all weights at 0, as in epoch 1, it would be none
    assert pictures.keys() == {"reconstructions", "latent_scatter", "manifold"}
    for before, variable in zip(kept, (v for p in model.players for v in p.variables), strict=True):
        np.testing.assert_array_equal(before, variable.numpy())


def test_a_conditional_autoencoder_is_told_each_row_its_label() -> None:
    model = ConditionalVAE((8, 8, 1), n_classes=2, widths=[4], latent_dim=3)
    labels = np.arange(20) % 2
    rows = {"images": np.random.default_rng(0).integers(0, 255, (20, 8, 8, 1), dtype=np.uint8), "labels": labels}
    rows["class_names"] = np.array(["a", "b"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("standin.training.inference.predict", _always_the_first)
        findings, pictures = autoencoders.evaluate_autoencoder(model, {}, rows, rows, None, "toy")
    mean, _ = model.encode(to_float(rows["images"]), labels)
    np.testing.assert_allclose(autoencoders.reconstruct(model, rows).codes, mean, atol=1e-6)
    assert "(the model is told the class)" in findings[0].meaning
    assert pictures.keys() == {"reconstructions"}


def _always_the_first(_: Any, images: np.ndarray) -> np.ndarray:
    return np.tile([1.0, 0.0], (len(images), 1))


def test_a_traversal_changes_two_codes_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    model = InfoGAN((8, 8, 3), hidden=4, width=4)
    given = []
    monkeypatch.setattr(model, "generate", lambda latents: given.append(latents) or np.zeros((len(latents), 8, 8, 3)))
    codes._grid(model, 7, (2, 0))
    latents = given[0]
    assert latents.shape == (100, 62 + 10 + 3)
    assert (latents[:, :62] == latents[0, :62]).all()
    assert (latents[:, 62:72] == np.eye(10)[7]).all()
    assert (latents[:, 73] == 0).all()  # code 2 is not of the pair
    across, up = latents[:, 74].reshape(10, 10), latents[:, 72].reshape(10, 10)
    np.testing.assert_allclose(across, np.tile(np.linspace(-1, 1, 10), (10, 1)), atol=1e-6)
    np.testing.assert_allclose(up, np.tile(np.linspace(1, -1, 10)[:, None], (1, 10)), atol=1e-6)


def test_what_a_category_draws_is_held_to_the_class_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Categories 0, 1, 2 are read rightly from real rows and stand for classes 1, 2, 0; drawn, category 2 is a 1."""
    model = InfoGAN((8, 8, 3), categories=3, hidden=4, width=4)
    labels = np.arange(300) % 3
    rows = {"images": np.zeros((300, 8, 8, 3), np.uint8), "labels": labels, "class_names": np.array(["a", "b", "c"])}
    latents = model.draw_latent(np.random.default_rng(codes.SEED), codes.MEASURED)
    category = latents[:, model.noise_dim :][:, :3].argmax(axis=1)
    monkeypatch.setattr(codes, "categories_of", lambda *_: (labels + 2) % 3)
    monkeypatch.setattr(codes, "_pictures", lambda *_: {})
    calls = np.eye(3)[np.array([1, 2, 1])[category]]
    monkeypatch.setattr("standin.training.inference.predict", lambda *_: calls)
    findings, _ = codes.evaluate_codes(model, rows, rows, None, "toy")
    found = {finding.name: finding for finding in findings}
    assert found["category_accuracy"].value == 1
    assert found["category_drawn"].value == pytest.approx((category != 2).mean())
    assert found["category_drawn"].low < 2 / 3 < found["category_drawn"].high


def test_conditions_are_read_from_generated_and_from_real_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A regressor that reads brightness, which generated rows have as asked and real rows have not."""
    monkeypatch.setattr(
        "standin.training.inference.outputs_of", lambda _, images: images[:, 0, 0, :1].astype(np.float32)
    )
    asked = np.arange(50, dtype=np.float32)[:, None]
    shown = np.tile(asked[:, :, None, None], (1, 8, 8, 1)).astype(np.uint8)
    names = {"condition_names": np.array(["log mass"])}
    generated, real = {"images": shown, "conditions": asked}, {"images": shown, "conditions": asked[::-1]} | names
    model = SimpleNamespace(sample=lambda n, seed, condition: [np.zeros((n, 8, 8, 1), np.float32)])
    findings, pictures = conditions.evaluate_conditions(model, generated, real, real, None, [[3.0]], 50, "toy")
    found = {finding.name: finding for finding in findings}
    assert found["log_mass_r2"].value == pytest.approx(1)
    assert found["log_mass_slope"].value == pytest.approx(1)
    assert found["log_mass_slope"].real == pytest.approx(-1)
    assert found["log_mass_error"].value == 0
    assert pictures.keys() == {"conditions", "at_conditions"}


@pytest.fixture
def pixels_as_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "standin.training.inference.features_of", lambda _, images: images.reshape(len(images), -1).astype(np.float32)
    )


def _class_by_class(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Rows of three classes as an image folder has them: one class after the other, each of its own brightness."""
    labels = np.repeat([0, 1, 2], n // 3)
    noise = rng.integers(0, 60, (len(labels), 8, 8, 1))
    names = {"class_names": np.array(["a", "b", "c"]), "half": np.arange(len(labels)) % 2}
    return {"images": (noise + 80 * labels[:, None, None, None]).astype(np.uint8), "labels": labels} | names


@pytest.mark.usefixtures("pixels_as_features")
def test_new_rows_are_at_their_floor_also_where_rows_stand_class_by_class(rng: np.random.Generator) -> None:
    made, train, validation, test = (_class_by_class(rng, n) for n in (600, 900, 300, 600))
    findings, _ = distances.evaluate_distances(None, made, train, validation, test, 150, "toy")
    found = {finding.name: finding for finding in findings}
    for name in ("precision", "recall", "coverage", "label_tv_distance", "diversity"):
        assert found[name].value == pytest.approx(found[name].real, abs=0.15), name
    assert found["c2st_accuracy"].value < 0.6  # with few rows, folds that differ by chance push it below a half
    assert found["label_tv_distance"].value < 0.15  # of the first 150 rows, all are of class 0


@pytest.mark.usefixtures("pixels_as_features")
def test_copies_of_train_rows_are_seen_as_such(rng: np.random.Generator) -> None:
    train, validation, test = (_class_by_class(rng, n) for n in (600, 300, 300))
    copies = {name: train[name][train["half"] == 1] for name in ("images", "labels")}
    findings, pictures = distances.evaluate_distances(None, copies, train, validation, test, 300, "toy")
    found = {finding.name: finding for finding in findings}
    assert found["authenticity"].value == 0 < found["authenticity"].real
    assert found["c_t"].value < -3 < found["c_t"].real
    assert pictures.keys() == {"nearest_training_images"}


@pytest.mark.usefixtures("pixels_as_features")
def test_copies_of_all_train_rows_are_suspected_though_only_half_of_these_is_looked_at(
    rng: np.random.Generator,
) -> None:
    train, validation, test = (_class_by_class(rng, n) for n in (600, 600, 600))
    findings, _ = distances.evaluate_distances(None, train, train, validation, test, 600, "toy")
    assert are_copies([finding._asdict() for finding in findings])
    new, _ = distances.evaluate_distances(None, _class_by_class(rng, 600), train, validation, test, 600, "toy")
    assert not are_copies([finding._asdict() for finding in new])


@pytest.mark.usefixtures("pixels_as_features")
def test_with_a_hole_honest_images_are_no_copies_and_copies_that_fill_it_are_seen(rng: np.random.Generator) -> None:
    withheld_subset = {"class": "c", "attribute": None, "keep": 0.1}
    whole, validation, test = (_class_by_class(rng, n) for n in (600, 600, 600))
    train = subset(whole, None, withheld_subset, seed=0)
    assert train["missing"].tolist() == [0, 0, 180]
    honest = {name: _class_by_class(rng, 600)[name][:400] for name in ("images", "labels")}  # as its classes a and b
    new = {name: _class_by_class(rng, 600)[name][400:] for name in ("images", "labels")}
    kept = train["images"][(train["labels"] == 2) & (train["half"] == 1)]
    copies = {"images": np.repeat(kept, 20, axis=0), "labels": np.full(20 * len(kept), 2)}
    misnamed = {"images": honest["images"], "labels": np.full(400, 2)}  # lie as close as images of their own kind do
    for fill, suspected in ((new, False), (misnamed, False), (copies, True)):
        made = honest | {f"imputed_{name}": fill[name] for name in fill}
        findings, _ = distances.evaluate_distances(None, made, train, validation, test, 600, "toy", withheld_subset)
        found = {finding.name: finding for finding in findings}
        assert found["authenticity"].value == pytest.approx(found["authenticity"].real, abs=0.1)
        assert found["imputed_authenticity"].rows == len(fill["labels"])
        of_others = found["authenticity"].n_real
        assert 200 < of_others < 300 and found["imputed_authenticity"].n_real in (of_others, 400 - of_others)
        assert are_copies([finding._asdict() for finding in findings]) == suspected


@pytest.mark.usefixtures("pixels_as_features")
def test_a_model_that_draws_one_image_for_what_is_asked_is_seen_though_its_class_varies(
    rng: np.random.Generator,
) -> None:
    def rows(n: int, noise: float) -> dict[str, np.ndarray]:
        asked = rng.uniform(0, 1, (n, 1)).astype(np.float32)
        images = 100 + 80 * asked[:, :, None, None] + noise * rng.normal(size=(n, 8, 8, 1))
        names = {"class_names": np.array(["a"]), "half": np.arange(n) % 2, "labels": np.zeros(n, int)}
        return {"images": images.clip(0, 255).astype(np.uint8), "conditions": asked} | names

    made, train, validation, test = rows(300, 0.5), rows(300, 20), rows(300, 20), rows(300, 20)
    found = {f.name: f for f in distances.evaluate_distances(None, made, train, validation, test, 300, "toy")[0]}
    assert found["diversity_at_conditions"].value < 0.2 < found["diversity"].value
    assert found["diversity_at_conditions"].real == pytest.approx(1, abs=0.1)


@pytest.mark.usefixtures("pixels_as_features")
def test_figures_that_want_more_rows_than_there_are_are_left_out(rng: np.random.Generator) -> None:
    train, few = _class_by_class(rng, 60), _class_by_class(rng, 3)
    findings, _ = distances.evaluate_distances(None, few, train, few, few, 300, "toy")
    assert [finding.name for finding in findings] == ["distinct_features", "authenticity"]


def test_an_extractor_whose_units_have_died_is_seen(monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator) -> None:
    """For two of three classes it gives nothing."""
    monkeypatch.setattr(
        "standin.training.inference.features_of",
        lambda _, images: np.maximum(images.reshape(len(images), -1).astype(np.float32) - 150, 0),
    )
    made, train, validation, test = (_class_by_class(rng, n) for n in (300, 300, 300, 300))
    found = {f.name: f for f in distances.evaluate_distances(None, made, train, validation, test, 300, "toy")[0]}
    assert found["distinct_features"].real == pytest.approx(1 / 3, abs=0.01)


def test_too_few_test_rows_for_a_floor_hide_no_copies(rng: np.random.Generator) -> None:
    training = rng.normal(size=(200, 4))
    few, copies = rng.normal(size=(5, 4)), training[:100] + 1e-6
    found = {
        finding.name: finding for finding in distances._of_copies(copies, rng.normal(size=(150, 4)), few, training)
    }
    assert found["c_t"].real is None and found["c_t"].value < -3
