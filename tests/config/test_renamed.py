"""Old names in the configuration fail with the new ones."""

import re
from pathlib import Path
from typing import Any

import pytest

from standin.config.defaults import complete
from standin.config.renamed import RENAMED, RENAMED_ARMS, RENAMED_DATA_SETS
from standin.core.errors import InputError
from tests.config.conftest import changed

OLD = [
    ("digits.training", {"precision": "float32"}, "digits.training.precision was moved to digits.precision"),
    (
        "digits.generative_models.gan.training",
        {"precision": "float32"},
        "digits.generative_models.gan.training.precision was moved to digits.precision",
    ),
    ("digits.labeller", {}, "digits.labeller was renamed to pseudo_labeler"),
    ("digits.labelling", {}, "digits.labelling was renamed to pseudo_labeling"),
    ("defaults.extractor", {"curve_points": 3}, "defaults.extractor.curve_points was renamed to log_points"),
    ("digits.examination", {"rows": 3}, "digits.examination.rows was renamed to max_images"),
    ("digits.examination", {"recognisable_above": 1}, "recognisable_above was renamed to confident_above"),
    ("digits.hole", {"class": "7"}, "digits.hole was renamed to withheld_subset"),
    ("digits.real_rows", 5, "digits.real_rows was renamed to n_real"),
    ("digits.licence", "", "digits.licence was renamed to license"),
    ("digits.training", {"least_steps": 5}, "digits.training.least_steps was renamed to min_steps"),
    ("digits.generative_models.gan.training.snapshot_rows", 5, "training.snapshot_rows was renamed to snapshot_images"),
    ("mnist.epoch_table", {"rows": 5}, "mnist.epoch_table.rows was renamed to n_images"),
    ("digits.oracle", {"model": {"standardise": True}}, "digits.oracle.model.standardise was renamed to standardize"),
    (
        "digits.generative_models.gan.spectral_normalisation",
        True,
        "digits.generative_models.gan.spectral_normalisation was renamed to spectral_normalization",
    ),
    (
        "cifar.generative_models.dcgan.batch_normalisation",
        True,
        "cifar.generative_models.dcgan.batch_normalisation was renamed to batch_normalization",
    ),
    ("digits.source.catalogue", "a.csv", "digits.source.catalogue was renamed to catalog"),
    (
        "digits.arms",
        ["R", "S->R"],
        "digits.arms: R was renamed to real\ndigits.arms: S->R was renamed to synthetic_then",
    ),
    ("digits.generative_models.gan.arms", ["R+S"], "digits.generative_models.gan.arms: R+S was renamed to mixed"),
    ("digits.arms", ["real_augmented"], "digits.arms: real_augmented was replaced: real is augmented now, and real_"),
    ("digits.arms", ["R+aug"], "digits.arms: R+aug was replaced: real is augmented now, and real_unaugmented is not"),
    ("colour_mnist", {"label_budget": 5}, "data set colour_mnist was renamed to color_mnist"),
    (
        "color_mnist.source._target_",
        "standin.data.colour_mnist.load",
        "color_mnist.source._target_: standin.data.colour_mnist.load was renamed to standin.data.color_mnist.load",
    ),
]


@pytest.mark.parametrize(("path", "value", "message"), OLD, ids=[case[0] for case in OLD])
def test_an_old_name_fails_with_the_new_one(raw: dict, path: str, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        complete(changed(raw | {"defaults": {}}, path, value), Path("/project"))


def test_every_renamed_key_is_tested() -> None:
    messages = " ".join(message for _, _, message in OLD)
    keys = {key.rpartition(".")[2] for key in RENAMED}
    assert {key for key in keys if f"{key} was renamed" not in messages} <= {"extractor", "examination"}
    assert RENAMED_ARMS.keys() >= {"R", "S", "R+S"} and "colour_mnist" in RENAMED_DATA_SETS


def test_arguments_of_another_package_may_have_an_old_name(raw: dict) -> None:
    entry = {"_target_": "mylab.flows.RealNVP", "standardise": True}
    with pytest.raises(InputError) as raised:
        complete(changed(raw, "digits.generative_models.gan", entry), Path("/project"))
    assert "renamed" not in str(raised.value) and "mylab" in str(raised.value)
