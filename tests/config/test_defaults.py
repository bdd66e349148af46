"""The configuration: defaults and error messages."""

import re
from pathlib import Path
from typing import Any

import pytest

from standin.config.defaults import complete, packaged
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.preflight import check_arguments
from standin.config.schema import ROLES
from standin.core import cpu
from standin.core.cpu import resolve_precision
from standin.core.errors import InputError
from tests.config.conftest import changed
from tests.conftest import ROOT


def completed(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: plan.entry for name, plan in complete(raw, Path("/project")).items()}


@pytest.mark.parametrize(("resamples", "confidence"), [(400, 0.95), (200, 0.9), (2000, 0.99), (100, 0.8)])
def test_as_many_resamples_as_an_interval_needs_are_enough(raw: dict, resamples: int, confidence: float) -> None:
    complete(
        changed(raw, "digits.bootstrap", {"resamples": resamples, "confidence": confidence, "seed": 0}),
        Path("/project"),
    )


def test_an_entry_overrides_the_defaults(raw: dict) -> None:
    digits = completed(raw)["digits"]
    assert digits["label_budget"] == raw["digits"]["label_budget"]
    assert digits["classifier"]["learning_rate"] == packaged()["classifier"]["learning_rate"]
    assert digits["classifier"]["steps"] == raw["digits"]["classifier"]["steps"]


def test_the_training_of_a_model_overrides_that_of_its_data_set(raw: dict) -> None:
    tree = changed(raw, "digits.generative_models.gan.training", {"epochs": 7})
    training = completed(tree)["digits"]["generative_models"]["gan"]["training"]
    assert training == packaged()["training"] | {"epochs": 7, "precision": raw["digits"]["precision"]}


@pytest.mark.parametrize(
    ("flags", "backend", "resolved"),
    [
        ("fpu avx512f avx512_bf16", "tensorflow", "mixed_bfloat16"),
        ("fpu amx_bf16", "tensorflow", "mixed_bfloat16"),
        ("fpu avx2", "tensorflow", "float32"),
        ("fpu avx512f avx512_bf16", "jax", "float32"),
    ],
)
def test_auto_is_the_precision_that_the_cpu_supports(
    raw: dict, flags: str, backend: str, resolved: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every network and every generative model has the same one; stored parameters never state `auto`."""
    monkeypatch.setattr(cpu, "CPUINFO", tmp_path / "cpuinfo")
    monkeypatch.setenv("KERAS_BACKEND", backend)
    cpu.CPUINFO.write_text(f"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t: spectre_v1\n")
    digits = completed(changed(raw, "digits.precision", "auto"))["digits"]
    found = {digits["precision"], *(digits[role]["precision"] for role in ROLES)}
    found |= {model["training"]["precision"] for model in digits["generative_models"].values()}
    assert found == {resolved}
    fixed = completed(changed(raw, "digits.precision", "float32"))["digits"]
    assert fixed["precision"] == fixed["classifier"]["precision"] == "float32"


def test_a_system_without_cpuinfo_computes_in_float32(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cpu, "CPUINFO", tmp_path / "none")
    assert resolve_precision("auto") == "float32"
    assert "does not support" in cpu.describe_precision("mixed_bfloat16")


def test_a_model_restricts_its_arms(raw: dict) -> None:
    tree = changed(raw, "digits.arms", ["real", "synthetic", "mixed"])
    tree = changed(tree, "digits.generative_models.vae.arms", ["synthetic"])
    models = completed(tree)["digits"]["generative_models"]
    assert (models["vae"]["arms"], models["gan"]["arms"]) == (["synthetic"], ["real", "synthetic", "mixed"])


@pytest.mark.parametrize(
    "arms",
    [["synthetic_then_real"], ["real"], ["imputed"]],
    ids=["not of the data set", "all real", "nothing withheld"],
)
def test_a_model_without_an_arm_with_generated_images_is_rejected(raw: dict, arms: list[str]) -> None:
    tree = changed(raw, "digits.arms", ["real", "synthetic", "imputed"])
    tree = changed(tree, "digits.generative_models.vae.arms", arms)
    with pytest.raises(
        InputError, match=r"digits.generative_models.vae.arms: must contain an arm .* digits.arms, real, synthetic, imp"
    ):
        complete(tree, Path("/project"))


def test_paths_are_relative_to_the_project(raw: dict) -> None:
    assert completed(raw)["mnist"]["source"]["path"] == "/project/data/01_raw/mnist.npz"


def test_a_new_data_set_needs_a_source_and_a_model(raw: dict) -> None:
    mine = {
        "source": {"_target_": "standin.data.image_folder.load", "path": "data/01_raw/mine"},
        "generative_models": {"gan": {"_target_": "standin.models.gan.GAN"}},
    }
    assert completed(raw | {"mine": mine})["mine"]["arms"] == packaged()["arms"]


def test_a_registered_name_is_the_dotted_target(raw: dict) -> None:
    tree = changed(raw, "digits.source", {"_target_": "digits"})
    tree = changed(tree, "digits.generative_models.gan._target_", "gan")
    tree = changed(tree, "digits.classifier.model", {"_target_": "airbench", "patch": 3})
    entry = completed(tree)["digits"]
    assert entry["source"]["_target_"] == "standin.data.digits.load"
    assert entry["generative_models"]["gan"]["_target_"] == "standin.models.gan.GAN"
    assert entry["generative_models"]["gan"]["latent_dim"] == raw["digits"]["generative_models"]["gan"]["latent_dim"]
    # The default classifier is the same target, so its other arguments stay.
    default = packaged()["classifier"]["model"]
    assert entry["classifier"]["model"] == default | {"patch": 3}


WRONG = [
    ("digits.lable_budget", 5, "there is no parameter digits.lable_budget; did you mean label_budget?"),
    ("digits.classifier.stpes", 5, "there is no parameter digits.classifier.stpes; did you mean steps?"),
    (
        "digits.bootstrap",
        {"xyz": 5},
        "there is no parameter digits.bootstrap.xyz; valid names: resamples, confidence, seed",
    ),
    ("digits.withheld_subset", {"class": "7", "kep": 0}, "digits.withheld_subset.kep; did you mean keep?"),
    (
        "digits.generative_models.gan.training.epoch",
        5,
        "there is no parameter digits.generative_models.gan.training.epoch; did you mean epochs?",
    ),
    (
        "digits.generative_models.gna",
        {"latent_dim": 5},
        "digits has no generative model 'gna'; did you mean gan? (a new model must be given a _target_, or images)",
    ),
    ("digits.generative_models.gan._target_", "gann", "no generative model 'gann' is registered; did you mean gan?"),
    (
        "digits.source._target_",
        "mnits",
        "digits.source._target_: no data source 'mnits' is registered; did you mean mnist?",
    ),
    ("digits.oracle.model", {"_target_": "resnt"}, "no classifier 'resnt' is registered; did you mean resnet?"),
    ("digits.label_budget", 0, "digits.label_budget: input should be greater than or equal to 1, got 0"),
    (
        "digits.bootstrap",
        {"resamples": 399},
        "digits.bootstrap: resamples must be at least 400 for a confidence of 0.95, got",
    ),
    *(
        (f"digits.{key}", values, f"digits.{key}: must contain each value once, got {values[0]!r} more than once in [")
        for key, values in {
            "generator_seeds": [0, 0, 0],
            "classifier_seeds": [3, 3],
            "arms": ["real", "real"],
            "n_synthetic": [100, 100],
            "synthetic_ratio": [2.0, 1.0, 2],
            "n_real": [None, None],
            "label_budget": [100, 100],
        }.items()
    ),
    (
        "digits.synthetic_ratio",
        {"choose_fraction": [0.1, 0.6]},
        "digits.synthetic_ratio.choose_fraction.1: input should be less than or equal to 0.5, got 0.6",
    ),
    (
        "digits.synthetic_ratio",
        {"choose_fraction": [0.5]},
        "digits.synthetic_ratio.choose_fraction: list should have at least 2 items",
    ),
    ("digits.split_seed", 2**32, "digits.split_seed: input should be less than 4294967296"),
    ("digits.label_budget", "many", "digits.label_budget: input should be a valid integer, got 'many'"),
    (
        "digits.arms",
        ["real", "T"],
        "digits.arms.1: there is no arm 'T'; valid names: real, real_unaugmented, real_longer, labeled_subset, "
        "oversampled, self_training, pseudo_labeler, real_pseudo_labeled, real_soft, synthetic, synthetic_soft, mixed, "
        "mixed_equal_exposure, imputed, synthetic_then_real",
    ),
    (
        "digits.arms",
        ["real", "synthetic", "synthetic_soft"],
        "digits.arms: must contain real_soft with synthetic_soft, since soft labels carry what the pseudo-labeler",
    ),
    (
        "digits.generative_models.vae.arms",
        ["synthetic_soft"],
        "digits.generative_models.vae.arms: must contain an arm with generated images (synthetic, mixed, mixed_equal",
    ),
    (
        "digits.arms",
        ["synthetic"],
        "digits.arms: must contain real, which the other arms are compared with, got ['synthetic']",
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
    ("mnist.classifier", {"steps": 1}, "mnist.classifier.steps: must be at least 2 with convergence_check, got 1"),
    ("digits.generative_models", {}, "digits.generative_models: dictionary should have at least 1 item"),
    (
        "digits.generative_models.GAN",
        {"_target_": "standin.models.gan.GAN"},
        "digits.generative_models.GAN.[key]: string should match pattern",
    ),
    (
        "digits.generative_models.gan._target_",
        "os.system",
        "_target_: _target_ must be in one of the allowed packages (standin), got 'os.system'; another package is "
        "allowed once it registers something by an entry point (standin.models, standin.classifiers, standin.data, ",
    ),
    ("digits.generative_models.gan._target_", "standin.__import__", "_target_: _target_ must be a dotted name"),
    ("digits.oracle.model", {"_target_": "cnn"}, "digits.oracle.model: must be another architecture than the classif"),
    (
        "digits.second_classifier.model",
        {"_target_": "cnn"},
        "digits.second_classifier.model: must be another architecture than the classifier's",
    ),
    ("digits.second_classifier.steps", 61, "digits.second_classifier.steps: must be even with arm synthetic_then_real"),
    (
        "digits.pixel_classifiers",
        ["k_nearst"],
        "digits.pixel_classifiers.0: there is no classifier on pixels 'k_nearst'; did you mean k_nearest?",
    ),
    (
        "digist",
        {"label_budget": 5},
        "no data set 'digist'; did you mean digits? (the entry of a new data set must have",
    ),
    ("digits", 5, "digits: the entry of a data set must be a mapping with a source, got 5"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG, ids=[case[0] for case in WRONG])
def test_a_mistake_has_a_message(raw: dict, path: str, value: Any, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        complete(changed(raw, path, value), Path("/project"))


def test_several_ratios_need_images_for_the_largest(raw: dict) -> None:
    tree = changed(changed(raw, "digits.synthetic_ratio", [1.0, 4.0]), "digits.n_synthetic", 100)
    with pytest.raises(
        InputError, match=r"may be a list if n_synthetic contains null.*got \[1.0, 4.0\] with .* \[100\]"
    ):
        complete(tree, Path("/project"))
    complete(changed(tree, "digits.n_synthetic", [100, None]), Path("/project"))


def test_the_amount_of_generated_images_is_fixed_listed_or_chosen(raw: dict) -> None:
    for given, complete_value in ((2.0, [2.0]), ([2.0, 1.0], [2.0, 1.0])):
        plans = complete(changed(raw, "small_data.synthetic_ratio", given), Path("/project"))
        assert plans["small_data"].entry["synthetic_ratio"] == complete_value
    chosen = {"choose_fraction": [0.1, 0.5]}
    assert complete(raw, Path("/project"))["mnist"].entry["synthetic_ratio"] == chosen


FAIR = ["real", "real_longer", "synthetic", "mixed", "mixed_equal_exposure"]


@pytest.mark.parametrize("missing", ["real_longer", "mixed"])
def test_equal_exposure_needs_mixed_and_real_images_for_twice_the_steps(raw: dict, missing: str) -> None:
    complete(changed(raw, "mnist.arms", FAIR), Path("/project"))
    arms = [arm for arm in FAIR if arm != missing]
    with pytest.raises(InputError, match=f"mnist.arms: must contain {missing}, which mixed_equal_exposure needs, got "):
        complete(changed(raw, "mnist.arms", arms), Path("/project"))
    with pytest.raises(InputError, match="must contain mixed, which mixed_equal_exposure needs, got"):
        tree = changed(raw, "mnist.generative_models.vae.arms", ["synthetic", "mixed_equal_exposure"])
        complete(changed(tree, "mnist.arms", FAIR), Path("/project"))
    with pytest.raises(InputError, match="mnist.synthetic_ratio: the first must be at most 1 with arm mixed_eq.*got 2"):
        complete(changed(changed(raw, "mnist.arms", FAIR), "mnist.synthetic_ratio", 2.0), Path("/project"))


def test_all_mistakes_are_reported_at_once(raw: dict) -> None:
    tree = changed(changed(raw, "digits.label_budgt", 1), "digits.split_sed", 1)
    with pytest.raises(InputError, match=r"(?s)label_budgt.*\n.*split_sed"):
        complete(tree, Path("/project"))


UNKNOWN = [
    (
        "generative_models.gan.latent_dmi",
        3,
        r"gan.latent_dmi: .*GAN has no argument 'latent_dmi'; did you mean latent_dim\? Its arguments are: .*loss",
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
        "digits.generative_models.gan: .*defines no class or function 'Gan'; did you mean GAN?",
    ),
    (
        "classifier.model.width",
        [3],
        r"classifier.model.width: .*cnn has no argument 'width'; did you mean widths\? Its arguments are: .*widths",
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
    ("source.pth", "here", r"digits.source.pth: .*load has no argument 'pth'; valid names: none"),
]


@pytest.mark.parametrize(("path", "value", "message"), UNKNOWN, ids=[case[0] for case in UNKNOWN])
def test_arguments_are_checked_against_the_signature(raw: dict, path: str, value: Any, message: str) -> None:
    entry = completed(raw)["digits"]
    check_arguments("digits", entry)
    with pytest.raises(InputError, match=message):
        check_arguments("digits", changed(entry, path, value))


@pytest.mark.parametrize("env", ["base", "test", "full", "seeds", "study"])
def test_every_environment_is_complete_and_fits_the_signatures(env: str) -> None:
    loader = CompletingConfigLoader(str(ROOT / "conf"), env=env, **CONFIG_LOADER_ARGS)
    for name, entry in loader["parameters"].items():
        check_arguments(name, entry)


@pytest.mark.parametrize("name", ["../digits", "/tmp/digits", "-digits", "__default__", "a.b", "digits\n", "", 5])
def test_an_invalid_name_of_a_data_set_is_rejected(raw: dict, name: Any) -> None:
    with pytest.raises(
        InputError, match=r"name of a data set must consist of letters, digits, - and _, .*, got"
    ) as raised:
        complete(raw | {name: raw["digits"]}, Path("/project"))
    assert repr(name) in str(raised.value)


def test_a_withheld_subset_is_completed(raw: dict) -> None:
    tree = completed(changed(raw, "digits.withheld_subset", {"class": 7}))
    assert tree["digits"]["withheld_subset"] == {"class": "7", "attribute": None, "keep": 0.05}


def test_a_size_cannot_have_the_name_of_another_data_set(raw: dict) -> None:
    tree = changed(raw, "digits.n_real", [40, 100]) | {"digits_40_images": raw["mnist"]}
    with pytest.raises(InputError, match="digits has a size whose results are named digits_40_images, like another"):
        complete(tree, Path("/project"))


def test_a_list_of_sizes_becomes_a_data_set_for_each(raw: dict) -> None:
    plans = complete(changed(raw, "digits.n_real", [50, None]), Path("/project"))
    curve = plans["digits"]
    assert (curve.curve, curve.sizes, curve.part_of) == ("n_real", ("digits_50_images", "digits_all_images"), None)
    assert curve.entry["n_real"] is None
    sizes = [plans[name] for name in curve.sizes]
    assert [(size.entry["n_real"], size.part_of, size.pipeline, size.entry["title"]) for size in sizes] == [
        (50, "digits", "digits", "Digits (8x8), 50 images"),
        (None, "digits", "digits", "Digits (8x8), all images"),
    ]
    labels = complete(changed(raw, "digits.label_budget", [50, 100]), Path("/project"))
    assert labels["digits"].sizes == ("digits_50_labels", "digits_100_labels")
    assert labels["digits_50_labels"].entry["label_budget"] == 50


def test_plans_add_no_keys_to_entries(raw: dict) -> None:
    plans = complete(changed(raw, "digits.n_real", [50, None]), Path("/project"))
    assert plans["digits"].entry.keys() == plans["digits_50_images"].entry.keys() == plans["mnist"].entry.keys()


def test_a_size_within_the_label_budget_has_all_labels(raw: dict) -> None:
    plans = complete(changed(raw, "mnist.n_real", [100, 1408, 4000]), Path("/project"))
    assert [plans[name].entry["label_budget"] for name in plans["mnist"].sizes] == [None, None, 1408]


def test_only_one_parameter_may_be_a_list_of_sizes(raw: dict) -> None:
    tree = changed(changed(raw, "digits.n_real", [50, 100]), "digits.label_budget", [20, 40])
    with pytest.raises(InputError, match="digits: only one of n_real and label_budget may be a list of sizes"):
        complete(tree, Path("/project"))
