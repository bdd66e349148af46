"""Figures show their data."""

import io

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from standin.experiments.arms import label_of
from standin.figures.accuracy import accuracy_intervals
from standin.figures.confusion import confusion_matrices
from standin.figures.curves import classifier_curves, loss_curves
from standin.figures.differences import Line, difference_intervals
from standin.figures.grids import grids_by_epoch, image_grid, rows_by_class, tile
from standin.figures.style import DPI, new_figure, png_bytes, shown_width, vector_drawing


@pytest.mark.parametrize("channels", [1, 3])
def test_tile_puts_images_in_reading_order_with_white_between(channels: int) -> None:
    images = np.stack([np.full((2, 3, channels), value, np.uint8) for value in (10, 20, 30)])
    sheet = tile(images, columns=2)
    assert sheet.shape == (5, 7, channels)
    assert (sheet[0, 0, 0], sheet[0, 4, 0], sheet[3, 0, 0]) == (10, 20, 30)
    assert set(sheet[2].ravel()) | set(sheet[:, 3].ravel()) == {255}  # the lines between
    assert set(sheet[3:, 4:].ravel()) == {255}  # the missing image


def test_grids_have_a_panel_for_each_epoch() -> None:
    snapshots = {epoch: np.zeros((9, 8, 8, 3), np.uint8) for epoch in (10, 1, 100, 2, 5)}
    figure = grids_by_epoch(snapshots, "a model")
    assert [a.get_title() for a in figure.axes if a.get_title()] == [f"epoch {e}" for e in (1, 2, 5, 10, 100)]


def test_a_single_grid_shows_its_images() -> None:
    figure = image_grid(np.full((3, 8, 8, 1), 7, np.uint8), columns=2)
    assert figure.axes[0].images[0].get_array().min() == 7


def test_rows_by_class_puts_each_class_in_its_row() -> None:
    images = np.stack([np.full((8, 8, 1), v, np.uint8) for v in (11, 22, 33)])
    figure = rows_by_class(images, np.array([1, 0, 1]), ["a", "b", "c"], columns=2, title="t")
    sheet = figure.axes[0].images[0].get_array()
    assert (sheet[0, 0], sheet[9, 0], sheet[9, 9], sheet[18, 0]) == (22, 11, 33, 255)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["a", "b", "c"]


def test_losses_and_discriminator_outputs_have_separate_panels() -> None:
    history = pd.DataFrame(
        {
            "epoch": [1, 2],
            "generator_loss": [1.0, 2.0],
            "discriminator_on_real": [0.9, 0.8],
            "discriminator_on_generated": [0.1, 0.2],
        }
    )
    left, right = loss_curves(history, "a model").axes
    assert [line.get_label() for line in left.get_lines()] == ["generator loss"]
    assert len(right.get_lines()) == 3  # two outputs and the line at 1/2


def test_information_has_its_own_panel() -> None:
    history = pd.DataFrame({"epoch": [1, 2], "generator_loss": [1.0, 2.0], "information_category": [-200.0, 2.0]})
    left, right = loss_curves(history, "a model").axes
    assert [line.get_label() for line in left.get_lines()] == ["generator loss"]
    assert [line.get_label() for line in right.get_lines()] == ["category"]


def test_a_model_without_losses_has_a_note_instead() -> None:
    figure = loss_curves(pd.DataFrame({"epoch": []}), "class_gaussian")
    assert "closed form" in figure.axes[0].texts[0].get_text()


def test_classifier_curves_are_means_over_seeds() -> None:
    curve = pd.DataFrame({"classifier_seed": [0, 1], "step": [10, 10], "loss": [1.0, 3.0], "accuracy": [0.4, 0.6]})
    left, right = classifier_curves({"real": curve}, "t").axes
    assert left.get_lines()[0].get_ydata().tolist() == [2.0]
    assert right.get_lines()[0].get_ydata().tolist() == [50.0]


def test_confusion_matrices_are_in_percent_of_the_true_class() -> None:
    counts = np.array([[3, 1], [0, 0]])
    axes = confusion_matrices({"real": counts, "synthetic": counts}, ["a", "b"], "t").axes[0]
    assert axes.images[0].get_array().tolist() == [[75, 25], [0, 0]]
    assert [text.get_text() for text in axes.texts] == ["75", "25"]


def test_accuracy_has_a_line_with_its_value_per_arm_and_model() -> None:
    table = pd.DataFrame(
        {
            "generative_model": [None, "gan"],
            "arm": ["real", "synthetic"],
            "accuracy": [0.9, 0.5],
            "accuracy_low": [0.88, 0.45],
            "accuracy_high": [0.92, 0.55],
        }
    )
    axes = accuracy_intervals(table, "t").axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert labels == ["synthetic   gan: generated images only", "real   real images"]
    assert [text.get_text() for text in axes.texts] == ["50.0", "90.0"]


def test_several_seeds_share_a_line_with_their_mean() -> None:
    table = pd.DataFrame(
        {"generative_model": [None, "gan", "gan", "gan"], "arm": ["real", "synthetic", "synthetic", "synthetic"]}
    )
    table["accuracy"] = [0.9, 0.5, 0.6, 0.7]
    table = table.assign(accuracy_low=table["accuracy"] - 0.02, accuracy_high=table["accuracy"] + 0.02)
    axes = accuracy_intervals(table, "t").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "synthetic   gan: generated images only",
        "real   real images",
    ]
    assert [text.get_text() for text in axes.texts] == ["60.0, mean of 3", "90.0"]
    points = axes.containers[0].lines[0].get_xydata()
    assert points[:, 0].tolist() == pytest.approx([50, 60, 70])
    assert points[0, 1] > points[1, 1] > points[2, 1]


def difference(label: str, pp: float, answer: str, limit: float = -1.0) -> Line:
    return Line(label, pp, pp - 0.2, pp + 0.2, answer, limit)


def test_each_difference_has_a_line_with_its_own_limit() -> None:
    lines = [difference("a", -2.0, "no"), difference("b", 0.1, "undecided", 0.0), difference("c", 0.5, "yes", 0.25)]
    axes = difference_intervals(lines, title="t").axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["c", "b", "a"]
    assert [text.get_text() for text in axes.texts] == ["+0.50   yes", "+0.10   undecided", "-2.00   no"]
    limits = [line for line in axes.get_lines() if line.get_linestyle() == "--"]
    assert [line.get_xdata()[0] for line in limits] == [0.25, 0.0, -1.0]
    assert [np.mean(line.get_ydata()) for line in limits] == [0, 1, 2]
    assert axes.get_xscale() == "linear"


@pytest.mark.parametrize("far", [-70.0, 8.0])
def test_no_interval_is_cut_off(far: float) -> None:
    axes = difference_intervals([difference("a", far, "no"), difference("b", 0.1, "undecided")], title="t").axes[0]
    left, right = axes.get_xlim()
    assert left < min(far - 0.2, -1) and right > max(far + 0.2, 0.3)
    assert axes.get_xscale() == "symlog" and "logarithmic beyond 5" in axes.get_xlabel()


def test_arm_labels_include_the_amount_of_images() -> None:
    assert [label_of(name) for name in ("synthetic", "synthetic n10000", "synthetic nsame", "mixed x0.5")] == [
        "generated images only",
        "generated images only, 10,000 of them",
        "generated images only, as many as real ones",
        "real and generated images, 0.5 generated for each real one",
    ]


def test_charts_are_sharp_and_shown_at_the_size_of_their_figure() -> None:
    chart, grid = new_figure(4, 2), new_figure(4, 2)
    chart.subplots().plot([1, 2])
    grid.subplots().imshow([[1, 2]])
    sizes = {}
    for name, figure in (("chart", chart), ("grid", grid)):
        file = png_bytes(figure)
        with Image.open(io.BytesIO(file)) as image:
            sizes[name] = image.width, shown_width(file)
    assert sizes["chart"][0] == pytest.approx(2 * sizes["chart"][1], abs=1)
    assert sizes["grid"][0] == sizes["grid"][1] == pytest.approx(4 * DPI, rel=0.1)


def test_a_chart_has_its_vector_drawing_in_its_file() -> None:
    drawings = []
    for _ in range(2):
        figure = new_figure(4, 2)
        figure.subplots().plot([1, 2], label="a")
        drawings.append(vector_drawing(png_bytes(figure)))
    assert drawings[0] == drawings[1] and drawings[0] is not None
    assert "<svg" in drawings[0] and "<text" not in drawings[0], "letters are shapes"
    figure.axes[0].imshow([[1, 2]])
    assert vector_drawing(png_bytes(figure)) is None


def test_a_drawing_that_pillow_would_refuse_is_left_out() -> None:
    figure = new_figure(4, 2)
    figure.subplots().scatter(*np.random.default_rng(0).random((2, 20_000)), c=range(20_000))
    assert vector_drawing(png_bytes(figure)) is None
