"""The benchmark of classifiers: one row for each data set, number of steps, seed and classifier."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from benchmarks import classifiers


def test_classifiers_are_trained_and_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "classifiers.csv"
    options = ["digits", "--env=test", "--steps", "2", "40", "--seeds", "0", "1", "--csv", str(table)]
    change = ["--set", "digits.classifier.model.widths=[16]"]
    monkeypatch.setattr(sys, "argv", ["classifiers", *options, *change])
    classifiers.main()
    measured = pd.read_csv(table)
    assert measured["steps"].tolist() == [2, 2, 40, 40]
    assert measured["seed"].tolist() == [0, 1, 0, 1]
    by_steps = measured.groupby("steps")["accuracy"].mean()
    assert by_steps[40] > by_steps[2]
    assert by_steps[40] > 50
    assert (measured["seconds"] > 0).all()


def test_the_first_release_s_classifier_is_trained_too_and_both_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, figure = tmp_path / "classifiers.csv", tmp_path / "classifiers.png"
    options = ["digits", "--env=test", "--steps", "2", "4", "--former", "--csv", str(table), "--plot", str(figure)]
    monkeypatch.setattr(sys, "argv", ["classifiers", *options])
    classifiers.main()
    measured = pd.read_csv(table)
    assert measured["classifier"].tolist() == [classifiers.TODAY, classifiers.FORMER] * 2
    assert measured["steps"].tolist() == [2, 10, 4, 20]
    drawn = figure.read_bytes()
    with Image.open(figure) as image:
        assert image.width > 500
    monkeypatch.setattr(sys, "argv", ["classifiers", "--read", str(table), "--plot", str(figure)])
    classifiers.main()
    assert figure.read_bytes() == drawn
