"""A set of images in the place of a generative model, in the configuration."""

from pathlib import Path
from typing import Any

import pytest

from standin.config.defaults import complete
from standin.core.errors import InputError
from standin.experiments.arms import synthetic_runs
from standin.experiments.ids import experiments
from tests.config.conftest import changed


def test_several_sets_take_the_place_of_generator_seeds(raw: dict) -> None:
    sets = [{"_target_": "npz", "path": f"data/{name}.npz"} for name in "ab"]
    tree = changed(raw, "digits.generative_models.theirs", {"images": sets})
    entry = complete(tree, Path("/project"))["digits"].entry
    assert entry["generative_models"]["theirs"]["images"][1] == {
        "_target_": "standin.data.npz.load",
        "path": "/project/data/b.npz",
    }
    assert synthetic_runs(entry, "theirs")[0].amount is None  # all images, whatever n_synthetic
    theirs = [e for e in experiments("digits", entry) if e.model == "theirs"]
    assert [(e.name, e.seed) for e in theirs] == [("theirs.set_0", 0), ("theirs.set_1", 1)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"images": {"_target_": "npzz"}}, r"digits.generative_models.theirs.images._target_: .*did you mean npz"),
        ({"images": {"_target_": "npz"}, "training": {}}, r"no parameter digits.generative_models.theirs.training"),
        ({"images": {"_target_": "npz"}, "labels_spent": -1}, r"theirs.labels_spent: input should be greater.*got -1"),
        ({"images": []}, r"digits.generative_models.theirs.images"),
    ],
)
def test_mistakes_in_a_set_of_images_are_named(raw: dict, settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        complete(changed(raw, "digits.generative_models.theirs", settings), Path("/project"))
