"""Networks are built for the shape of the images before training."""

from typing import Any

import numpy as np
import pytest

from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.preflight import check_arguments, check_networks
from standin.core.errors import InputError
from tests.conftest import ROOT


def test_every_data_sets_networks_fit_its_images() -> None:
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    for name, shape in (("digits", (8, 8, 1)), ("cifar", (32, 32, 3)), ("galaxies", (50, 50, 1))):
        check_networks(name, loader["parameters"][name], two_images(shape))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"kernels": [3, 3]}, "kernels must be one for each of the 3 widths, got 2"),
        ({"widths": [8] * 5, "kernels": [3] * 5}, "images must have 32 pixels a side for 5 widths"),
        ({"widths": [0, 8, 8]}, "filters"),  # in Keras' words
    ],
)
def test_a_network_that_does_not_fit_is_rejected(model: dict[str, Any], message: str) -> None:
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    entry = loader["parameters"]["digits"]
    entry["classifier"]["model"] = {"_target_": "standin.models.plain_cnn.plain_cnn", **model}
    with pytest.raises(InputError, match=r"digits.classifier.model: cannot be built for .*\(16, 16, 1\): .*" + message):
        check_networks("digits", entry, two_images((16, 16, 1)))


def test_an_extractor_without_a_layer_of_features_is_rejected() -> None:
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    entry = loader["parameters"]["digits"]
    entry["feature_extractor"]["model"] = {"_target_": "standin.models.plain_cnn.plain_cnn", "hidden": []}
    message = r"digits.feature_extractor.model: standin.models.plain_cnn.plain_cnn must have a layer named 'features'"
    with pytest.raises(InputError, match=message):
        check_networks("digits", entry, two_images((16, 16, 1)))
    entry["classifier"]["model"], entry["feature_extractor"]["model"] = (
        entry["feature_extractor"]["model"],
        entry["classifier"]["model"],
    )
    check_networks("digits", entry, two_images((16, 16, 1)))  # a classifier needs none


def test_a_recipe_is_checked_before_training() -> None:
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    entry = loader["parameters"]["digits"]
    check_arguments("digits", entry)
    entry["regressor"]["recipe"]["loss"] = "cross_entropy"
    with pytest.raises(InputError, match=r"digits.regressor.recipe.loss: must be mse, or a mapping with _target_"):
        check_arguments("digits", entry)


def two_images(shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {"images": np.zeros((2, *shape), np.uint8), "class_names": np.arange(10).astype(str)}
