"""Every example of docs/python.md works: its blocks run from top to bottom.

Images are read and arguments checked as in a comparison, but no network is trained except the page's generative model:
tests of `standin.api` train some.
"""

import inspect
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from standin.api import compare, samples
from standin.api.result import Comparison
from tests.conftest import ROOT
from tests.verdict.examples import full_verdict

BLOCKS = re.findall(r"^```python\n(.*?)^```$", (ROOT / "docs/python.md").read_text(), re.MULTILINE | re.DOTALL)
RESULT = {"verdict": full_verdict(), "accuracy": pd.DataFrame(), "quality": pd.DataFrame()}


def write_images(folder: Path, n: int, seed: int) -> None:
    """Random images of two classes, a folder for each."""
    rng = np.random.default_rng(seed)
    for i in range(n):
        of_class = folder / ("cat", "dog")[i % 2]
        of_class.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8), np.uint8)).save(of_class / f"{i}.png")


def test_every_example_of_the_page_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_images(tmp_path / "real", 200, seed=0)
    write_images(tmp_path / "theirs", 40, seed=1)
    assert all(re.search(rf"^ +{name}: ", str(Comparison.__doc__), re.MULTILINE) for name in RESULT)
    original, evaluate = inspect.signature(compare.compare), samples.evaluate_samples
    compared = []

    def without_training(*arguments: Any, **named: Any) -> SimpleNamespace:
        given = original.bind(*arguments, **named)
        given.apply_defaults()
        networks = {role: given.arguments.pop(role) for role in ("classifier", "feature_extractor")}
        del given.arguments["progress"]
        compared.append(len(compare.prepare(**given.arguments, networks=networks).experiments))
        return SimpleNamespace(**RESULT, to_html=lambda path: None)

    def flat(images: np.ndarray) -> np.ndarray:
        return images.reshape(len(images), -1)

    monkeypatch.setattr(compare, "compare", without_training)
    monkeypatch.setattr(samples, "evaluate_samples", lambda *a, features=flat: evaluate(*a, features=features))
    names: dict[str, Any] = {}
    for block in BLOCKS:
        exec(compile(block, "docs/python.md", "exec"), names)
    assert compared == [1, 2, 1]
    assert {"precision", "diversity", "authenticity", "precision_pixels"} <= {*names["table"]["name"]}
    assert names["generated"].shape == (100, 8, 8, 1)
    assert names["threes"].shape == (10, 8, 8, 1)
