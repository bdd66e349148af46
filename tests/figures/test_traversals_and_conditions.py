"""Figures of codes and of conditions."""

import numpy as np

from standin.figures.conditions import requested_and_predicted
from standin.figures.grids import Pairs, paired_rows
from standin.figures.traversals import Traversal, traversals


def test_each_traversal_has_a_grid_and_axis_labels() -> None:
    images = np.zeros((9, 8, 8, 3), np.uint8)
    grids = [Traversal(images, f"category {k}", "code 1", "code 2") for k in range(3)]
    figure = traversals(grids, side=3, reach=1.0, columns=2, title="codes")
    shown = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in shown] == ["category 0", "category 1", "category 2"]
    assert {axes.get_xlabel() for axes in shown} == {"code 1"} and {axes.get_ylabel() for axes in shown} == {"code 2"}
    assert np.asarray(shown[0].images[0].get_array()).shape == (3 * 9 - 1, 3 * 9 - 1, 3)


def test_each_condition_has_a_panel() -> None:
    requested = np.random.default_rng(0).random((30, 2))
    figure = requested_and_predicted(
        requested, requested, requested[:10], requested[:10], ["redshift", "log mass"], "conditions"
    )
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["redshift", "log mass"]
    assert [len(points.get_offsets()) for points in figure.axes[0].collections] == [10, 30]


def test_rows_of_a_pair_are_named_and_in_order() -> None:
    white, black = np.ones((3, 8, 8, 3), np.float32), -np.ones((3, 8, 8, 3), np.float32)
    figure = paired_rows([Pairs("log mass 8.5", white, black)], ("real", "generated"), "galaxies")
    sheet = np.asarray(figure.axes[0].images[0].get_array())
    assert sheet[:8, :8].min() == 255 and sheet[9:, :8].max() == 0
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["real", "generated"]
