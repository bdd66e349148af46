"""Figures of autoencoders, marked grids, and accuracy by epoch."""

import numpy as np
import pandas as pd

from standin.figures.accuracy import accuracy_by_epochs
from standin.figures.grids import marked_grid
from standin.figures.latents import latent_scatter, manifold
from standin.figures.reconstructions import reconstructions_by_epoch
from standin.figures.style import RED

IMAGES = np.arange(20 * 8 * 8, dtype=np.uint8).reshape(20, 8, 8, 1)


def test_marked_images_are_framed() -> None:
    marked = np.zeros(20, bool)
    marked[[0, 7]] = True
    axes = marked_grid(IMAGES, marked, columns=5, title="").axes[0]
    assert [patch.get_xy() for patch in axes.patches] == [(-1, -1), (2 * 9 - 1, 9 - 1)]


def test_only_wrong_predictions_are_framed() -> None:
    labels = np.arange(20) % 2
    predicted = {1: np.zeros(20, int), 5: labels}
    figure = reconstructions_by_epoch(IMAGES, labels, {1: IMAGES, 5: IMAGES}, predicted, labels, ["cat", "dog"], "")
    (axes,) = figure.axes  # one for all images: axes are what takes time to draw
    wrong = [text for text in axes.texts if text.get_color() == RED]
    assert len(axes.patches) == len(wrong) == 10
    assert {text.get_text() for text in wrong} == {"cat"}
    assert len(axes.texts) == 3 * 20
    assert [label.get_text() for label in axes.get_yticklabels()] == ["test image", "epoch 1", "epoch 5"] * 2


def test_the_scatter_shows_class_names_at_their_medians() -> None:
    codes = np.concatenate([np.full((10, 2), -1.0), np.full((10, 2), 2.0)]) + np.linspace(-0.1, 0.1, 20)[:, None]
    figure = latent_scatter({e: codes for e in range(1, 7)}, np.repeat([0, 1], 10), ["cat", "dog"], "")
    assert [axes.get_title(loc="left") for axes in figure.axes] == [f"epoch {e}" for e in (3, 4, 5, 6)]
    names = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert names.keys() == {"cat", "dog"}
    assert names["cat"][0] < 0 < names["dog"][0]


def test_the_manifold_has_latents_as_tick_labels() -> None:
    axes = manifold(IMAGES[:16], 4, 3.0, "").axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["-3", "-1.5", "0", "1.5", "3"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["3", "1.5", "0", "-1.5", "-3"]


def test_accuracy_by_epochs_has_a_line_for_generated_and_one_for_real_images() -> None:
    rows = [(trained_on, epochs, 0.5, 0.4, 0.6) for trained_on in ("generated", "real") for epochs in (12, 100)]
    table = pd.DataFrame(rows, columns=["trained_on", "epochs", "accuracy", "accuracy_low", "accuracy_high"])
    axes = accuracy_by_epochs(table, "").axes[0]
    assert axes.get_legend_handles_labels()[1] == ["generated images", "real images"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["12", "100"]
