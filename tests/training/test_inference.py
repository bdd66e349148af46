"""Trained networks applied to stored images."""

import keras
import numpy as np
import pytest

from standin.models.cnn import cnn
from standin.models.resnet import resnet
from standin.training import backend, inference
from standin.training.inference import features_of, predict
from tests.training.test_supervised import two_classes


@pytest.mark.parametrize("model", [cnn((8, 8, 1), 4, hidden=6), resnet((8, 8, 1), 4, widths=[4, 6])])
def test_features_are_the_last_hidden_layer(model: keras.Model) -> None:
    images = two_classes(10)[0]
    features = features_of(model, images)
    assert features.shape == (10, 6)
    kernel, bias = (keras.ops.convert_to_numpy(v) for v in model.layers[-1].trainable_variables)
    logits = features @ kernel + bias
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, predict(model, images), rtol=1e-4)


def test_a_compiled_network_for_many_images_has_the_same_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    model, images = resnet((8, 8, 1), 4, widths=[4, 6], standardize=True), two_classes(25)[0]
    monkeypatch.setattr(inference, "CHUNK", 10)  # and a last chunk of another size
    expected = predict(model, images)
    compiled, networks = backend.active().compiled, []
    monkeypatch.setattr(backend.active(), "compiled", lambda network: networks.append(network) or compiled(network))
    monkeypatch.setattr(inference, "WORTH_COMPILING", 25)
    np.testing.assert_allclose(predict(model, images), expected, rtol=1e-5)
    assert networks == [model]
