"""The training recipe: its defaults, the values of its parts, and what preflight rejects."""

from dataclasses import asdict
from typing import Any

import keras
import numpy as np
import pytest

from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.core.errors import InputError
from standin.training.inference import outputs_of
from standin.training.recipe import Recipe, check_recipe, cosine, cross_entropy, triangular
from standin.training.supervised import fit
from tests.conftest import ROOT
from tests.training.test_supervised import config, two_classes


def test_the_configuration_states_the_defaults() -> None:
    entry = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)["parameters"]["mnist"]
    with_augmentation = asdict(Recipe(augmentation=entry["augmentation"]))
    fast = {"optimizer": "muon", "schedule": "triangular", "label_smoothing": 0.2, "weight_decay": 0.0}
    for role in ("pseudo_labeler", "classifier"):
        assert entry[role]["recipe"] == with_augmentation | fast
    for role in ("oracle", "feature_extractor"):
        assert entry[role]["recipe"] == with_augmentation | fast | {"label_smoothing": 0.0}
    assert entry["regressor"]["recipe"] == with_augmentation | {"loss": "mse"}


def test_label_smoothing_spreads_probability_over_all_classes() -> None:
    """Logits (0, log 3) give probabilities 1/4 and 3/4; targets of label 1 become 0.1 and 0.9."""
    labels, logits = np.array([1]), np.log([[1.0, 3.0]], dtype=np.float32)
    plain = float(keras.ops.mean(cross_entropy(0.0)(labels, logits)))
    assert plain == pytest.approx(-np.log(0.75), rel=1e-5)
    smoothed = float(keras.ops.mean(cross_entropy(0.2)(labels, logits)))
    assert smoothed == pytest.approx(-0.1 * np.log(0.25) - 0.9 * np.log(0.75), rel=1e-5)


def test_the_cosine_schedule_ends_at_its_final_fraction() -> None:
    rates = [float(cosine(0.2, steps=10, final=final)(10)) for final in (0.0, 0.1)]
    assert rates == pytest.approx([0.0, 0.02], abs=1e-7)


def test_the_triangular_schedule_rises_and_falls_to_zero() -> None:
    """Steps of a schedule are taken in their middle: 10 steps at .05, .15, ... of its length."""
    schedule = triangular(0.8, steps=10, warmup=0.2)
    assert [float(schedule(step)) for step in (0, 1, 2, 9, 20)] == pytest.approx([0.2, 0.6, 0.75, 0.05, 0.0], abs=1e-6)
    assert float(triangular(0.8, steps=10, warmup=0.0)(0)) == pytest.approx(0.76)


def test_a_constant_learning_rate_learns() -> None:
    images, labels = two_classes()
    entry = config({"widths": [8], "dropout": 0.0}, {"schedule": "constant"})
    for _ in range(2):  # the second time with the compiled network of the first
        fitted = fit(entry, [(images, labels)], 2, seed=0)
        assert fitted.curve["loss"][-1] < 0.5 * fitted.curve["loss"][0]
        assert fitted.curve["accuracy"][-1] == 1.0


def test_averaged_weights_are_a_mean_of_those_of_the_steps() -> None:
    """After two steps, the decay in the second is 1/10 (`ema_decay_at`): a tenth of the first step's weights."""
    pool = two_classes()
    settings = {"batch_size": 64, "log_points": 1}

    def last_bias(steps: int, averaging: float | None) -> np.ndarray:
        entry = config(
            {"dropout": 0.0}, {"schedule": "constant", "weight_averaging": averaging}, steps=steps, **settings
        )
        return fit(entry, [pool], 2, seed=0).model.get_weights()[-1]

    first, second = last_bias(1, None), last_bias(2, None)
    assert not np.allclose(first, second)
    np.testing.assert_allclose(last_bias(2, 0.999), 0.1 * first + 0.9 * second, rtol=1e-5)


def test_parts_may_be_targets() -> None:
    recipe = {
        "optimizer": {"_target_": "standin.training.optimizers.sgd", "momentum": 0.5},
        "schedule": {"_target_": "standin.training.recipe.cosine", "final": 0.1},
        "loss": {"_target_": "standin.training.recipe.cross_entropy"},
        "augmentation": {"_target_": "standin.training.augmentation.augment", "max_shift": 1},
    }
    check_recipe("r", recipe, "labels")
    model = fit(config(recipe=recipe), [two_classes()], 2, seed=0).model
    assert np.isfinite(outputs_of(model, two_classes()[0])).all()


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        (
            {"optimizer": "adam"},
            "r.optimizer: must be muon or muon_with_sgd or adamw or sgd, or a mapping with _target_, got 'adam'",
        ),
        ({"schedule": "cosin"}, "r.schedule: must be triangular or cosine or constant"),
        ({"loss": "mse"}, "r.loss: must be cross_entropy"),
        (
            {"optimizer": {"_target_": "standin.training.optimizers.sgd", "momentun": 0.5}},
            r"r.optimizer.momentun: .*optimizers.sgd has no argument 'momentun'; did you mean momentum\?",
        ),
        ({"optimizer": {"_target_": "standin.training.optimizers.sgd", "momentum": "0.5"}}, "r.optimizer.momentum: "),
        (
            {"schedule": {"_target_": "standin.training.recipe.cross_entropy"}},
            "r.schedule: standin.training.recipe.cross_entropy must take the arguments learning_rate, steps",
        ),
        ({"schedule": {"_target_": "os.system"}}, "r.schedule: _target_ must be in one of the allowed packages"),
        ({"augmentation": {"max_shfit": 1}}, "r.augmentation.max_shfit: .*augment has no argument 'max_shfit'"),
        ({"augmentation": {"flips": ["sideways"]}}, "r.augmentation.flips.0: "),
        ({"augmentation": {"max_shift": -1}}, "r.augmentation: "),
    ],
)
def test_an_invalid_recipe_is_rejected(recipe: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_recipe("r", recipe, "labels")


def test_values_have_no_labels_to_smooth() -> None:
    check_recipe("r", {"loss": "mse"}, "values")
    with pytest.raises(InputError, match="r.label_smoothing must be 0 for loss mse, got 0.1"):
        check_recipe("r", {"loss": "mse", "label_smoothing": 0.1}, "values")
