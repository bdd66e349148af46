"""The schema of the configuration: what is filled in, and what is refused and how."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from standin.config.defaults import complete, overlay
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.preflight import check_arguments
from standin.core.errors import InputError
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    """`conf/base` as it is written."""
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    return super(CompletingConfigLoader, loader).__getitem__("parameters")


def changed(raw: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    tree = deepcopy(raw)
    *above, last = path.split(".")
    place = tree
    for key in above:
        place = place[key]
    place[last] = value
    return tree


@pytest.mark.parametrize(("resamples", "confidence"), [(400, 0.95), (200, 0.9), (2000, 0.99), (100, 0.8)])
def test_as_many_resamples_as_an_interval_needs_are_enough(raw: dict, resamples: int, confidence: float) -> None:
    complete(
        changed(raw, "digits.bootstrap", {"resamples": resamples, "confidence": confidence, "seed": 0}),
        Path("/project"),
    )


def test_an_entry_is_laid_over_the_defaults(raw: dict) -> None:
    complete_ = complete(raw, Path("/project"))
    digits = complete_["digits"]
    assert digits["label_budget"] == raw["digits"]["label_budget"]
    assert digits["classifier"]["batch_size"] == raw["defaults"]["classifier"]["batch_size"]
    assert digits["classifier"]["steps"] == raw["digits"]["classifier"]["steps"]


def test_a_model_trains_as_its_data_set_says_but_for_what_it_says_itself(raw: dict) -> None:
    tree = changed(raw, "digits.generative_models.gan.training", {"epochs": 7})
    training = complete(tree, Path("/project"))["digits"]["generative_models"]["gan"]["training"]
    assert training == raw["defaults"]["training"] | {"epochs": 7}


def test_a_model_is_put_through_its_own_arms_where_it_names_some(raw: dict) -> None:
    tree = changed(raw, "digits.arms", ["real", "synthetic", "mixed"])
    tree = changed(tree, "digits.generative_models.vae.arms", ["synthetic"])
    models = complete(tree, Path("/project"))["digits"]["generative_models"]
    assert (models["vae"]["arms"], models["gan"]["arms"]) == (["synthetic"], ["real", "synthetic", "mixed"])


@pytest.mark.parametrize(
    "arms", [["synthetic_then_real"], ["real"], ["imputed"]], ids=["not of the data set's", "all real", "no hole"]
)
def test_a_model_without_an_arm_of_generated_rows_is_refused(raw: dict, arms: list[str]) -> None:
    tree = changed(raw, "digits.arms", ["real", "synthetic", "imputed"])
    tree = changed(tree, "digits.generative_models.vae.arms", arms)
    with pytest.raises(
        InputError, match=r"digits.generative_models.vae.arms: at least one .* digits.arms, real, synthetic, imp"
    ):
        complete(tree, Path("/project"))


def test_paths_start_from_the_project(raw: dict) -> None:
    assert complete(raw, Path("/project"))["mnist"]["source"]["path"] == "/project/data/01_raw/mnist.npz"


def test_four_lines_make_a_data_set_of_ones_own(raw: dict) -> None:
    mine = {
        "source": {"_target_": "standin.data.image_folder.load", "path": "data/01_raw/mine"},
        "generative_models": {"gan": {"_target_": "standin.models.gan.GAN"}},
    }
    assert complete(raw | {"mine": mine}, Path("/project"))["mine"]["arms"] == raw["defaults"]["arms"]


def test_another_target_takes_no_arguments_of_the_one_below() -> None:
    below = {"model": {"_target_": "a.b", "widths": [1]}, "steps": 5}
    assert overlay(below, {"model": {"_target_": "a.c"}}) == {"model": {"_target_": "a.c"}, "steps": 5}
    assert overlay(below, {"model": {"widths": [2]}})["model"] == {"_target_": "a.b", "widths": [2]}


WRONG = [
    ("digits.label_budgt", 5, "digits.label_budgt: there is no such parameter"),
    ("digits.classifier.stpes", 5, "digits.classifier.stpes: there is no such parameter"),
    (
        "digits.generative_models.gan.training.epoch",
        5,
        "digits.generative_models.gan.training.epoch: there is no such parameter",
    ),
    ("digits.label_budget", 0, "digits.label_budget: input should be greater than or equal to 1, got 0"),
    (
        "digits.bootstrap",
        {"resamples": 399},
        "digits.bootstrap: resamples must be at least 400 for a confidence of 0.95, got",
    ),
    ("digits.label_budget", "many", "digits.label_budget: input should be a valid integer, got 'many'"),
    (
        "digits.arms",
        ["real", "T"],
        "digits.arms.1: must be one of real, labeled_subset, real_augmented, oversampled, self_training, synthetic, "
        "mixed, imputed, synthetic_then_real, got 'T'",
    ),
    (
        "digits.arms",
        ["synthetic"],
        "digits.arms: must hold real, the real train rows, which the others are compared with, got ['synthetic']",
    ),
    (
        "digits.pseudo_labeling",
        {"confidence_threshold": 1.0},
        "digits.pseudo_labeling.confidence_threshold: input should be less than 1, got 1.0",
    ),
    (
        "digits.sample_quality",
        {"shown_conditions": [[0.1]]},
        "digits.sample_quality.shown_conditions: each must have 0 numbers, one for each of conditions, got [0.1]",
    ),
    ("digits.generative_models", {}, "digits.generative_models: dictionary should have at least 1 item"),
    (
        "digits.generative_models.GAN",
        {"_target_": "standin.models.gan.GAN"},
        "digits.generative_models.GAN.[key]: string should match pattern",
    ),
    (
        "digits.generative_models.gan._target_",
        "os.system",
        "_target_: _target_ must lie in one of the allowed packages (standin), got 'os.system'",
    ),
    ("digits.generative_models.gan._target_", "standin.__import__", "_target_: _target_ must be a dotted name"),
    ("digits.generative_models.gan", {"latent_dim": 5}, "digits.generative_models.gan._target_: must be given"),
    (
        "digist",
        {"label_budget": 5},
        "digist: a data set's entry must be a mapping with a source, got {'label_budget': 5}",
    ),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_named(raw: dict, path: str, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        complete(changed(raw, path, value), Path("/project"))


def test_several_ratios_need_rows_for_the_largest(raw: dict) -> None:
    tree = changed(changed(raw, "digits.synthetic_ratio", [1.0, 4.0]), "digits.n_synthetic", 100)
    with pytest.raises(
        InputError, match=r"may be a list where n_synthetic holds null.*got \[1.0, 4.0\] with .* \[100\]"
    ):
        complete(tree, Path("/project"))
    complete(changed(tree, "digits.n_synthetic", [100, None]), Path("/project"))


def test_all_mistakes_come_at_once(raw: dict) -> None:
    tree = changed(changed(raw, "digits.label_budgt", 1), "digits.split_sed", 1)
    with pytest.raises(InputError, match=r"(?s)label_budgt.*\n.*split_sed"):
        complete(tree, Path("/project"))


UNKNOWN = [
    (
        "generative_models.gan.latent_dmi",
        3,
        r"digits.generative_models.gan: .*GAN has no argument 'latent_dmi'; its arguments are: .*latent_dim",
    ),
    (
        "generative_models.gan.latent_dim",
        "wide",
        r"digits.generative_models.gan.latent_dim: input should be a valid integer.*got 'wide'",
    ),
    (
        "generative_models.gan.output",
        "relu",
        r"digits.generative_models.gan.output: input should be 'sigmoid' or 'tanh', got 'relu'",
    ),
    (
        "generative_models.gan._target_",
        "standin.models.gan.Gan",
        "digits.generative_models.gan: .*defines no class or function 'Gan'",
    ),
    (
        "classifier.model.width",
        [3],
        r"digits.classifier.model: .*cnn has no argument 'width'; its arguments are: .*widths",
    ),
    (
        "generative_models.gan",
        {"_target_": "standin.models.conditional_predictor_gan.ConditionalPredictorGAN"},
        r"digits.generative_models.gan: .*ConditionalPredictorGAN learns from conditions, but digits.conditions names",
    ),
    (
        "generative_models.gan",
        {"_target_": "standin.models.dcgan.DCGAN", "loss": "wasserstein"},
        r"digits.generative_models.gan: loss 'wasserstein'.* sees each image alone: set batch_normalization to false",
    ),
    (
        "generative_models.gan.training.devices",
        2,
        "digits.generative_models.gan: devices must be 1 with Keras on tensorflow, got 2: set KERAS_BACKEND=jax",
    ),
    ("source.pth", "here", r"digits.source: .*load has no argument 'pth'; its arguments are: none"),
]


@pytest.mark.parametrize(("path", "value", "message"), UNKNOWN, ids=[case[0] for case in UNKNOWN])
def test_arguments_are_held_against_the_signature(raw: dict, path: str, value: Any, message: str) -> None:
    entry = complete(raw, Path("/project"))["digits"]
    check_arguments("digits", entry)
    with pytest.raises(InputError, match=message):
        check_arguments("digits", changed(entry, path, value))


@pytest.mark.parametrize("env", ["base", "test", "full", "seeds"])
def test_every_environment_is_complete_and_fits_the_signatures(env: str) -> None:
    loader = CompletingConfigLoader(str(ROOT / "conf"), env=env, **CONFIG_LOADER_ARGS)
    for name, entry in loader["parameters"].items():
        check_arguments(name, entry)


@pytest.mark.parametrize("name", ["../digits", "/tmp/digits", "-digits", "a.b", "digits\n", "", 5])
def test_a_data_set_whose_name_would_lead_elsewhere_is_refused(raw: dict, name: Any) -> None:
    with pytest.raises(InputError, match=r"name must be of letters, digits, - and _, got") as raised:
        complete(raw | {name: raw["digits"]}, Path("/project"))
    assert repr(name) in str(raised.value)


def test_a_hole_is_completed(raw: dict) -> None:
    tree = complete(changed(raw, "digits.withheld_subset", {"class": "7"}), Path("/project"))
    assert tree["digits"]["withheld_subset"] == {"class": "7", "attribute": None, "keep": 0.05}


def test_a_list_of_sizes_becomes_an_entry_for_each(raw: dict) -> None:
    tree = complete(changed(raw, "digits.n_real", [50, None]), Path("/project"))
    assert tree["digits"]["sizes"] == ["digits_50_images", "digits_all_images"]
    assert (tree["digits"]["n_real"], tree["digits"]["curve"]) == (None, "n_real")
    sizes = [tree[name] for name in tree["digits"]["sizes"]]
    assert [(size["n_real"], size["part_of"], size["title"]) for size in sizes] == [
        (50, "digits", "Digits (8x8), 50 images"),
        (None, "digits", "Digits (8x8), all images"),
    ]
    labels = complete(changed(raw, "digits.label_budget", [50, 100]), Path("/project"))
    assert labels["digits"]["sizes"] == ["digits_50_labels", "digits_100_labels"]
    assert labels["digits_50_labels"]["label_budget"] == 50


def test_a_size_that_the_label_budget_reaches_has_all_its_labels(raw: dict) -> None:
    tree = complete(changed(raw, "mnist.n_real", [100, 1408, 4000]), Path("/project"))
    assert [tree[name]["label_budget"] for name in tree["mnist"]["sizes"]] == [None, None, 1408]


def test_one_parameter_alone_may_be_a_list_of_sizes(raw: dict) -> None:
    tree = changed(changed(raw, "digits.n_real", [50, 100]), "digits.label_budget", [20, 40])
    with pytest.raises(InputError, match="digits: only one of n_real and label_budget may be a list of sizes"):
        complete(tree, Path("/project"))
