"""Values of minibatch discrimination."""

import numpy as np

from standin.models.layers.minibatch_discrimination import MinibatchDiscrimination


def test_closeness_is_the_sum_over_the_other_images() -> None:
    layer = MinibatchDiscrimination(kernels=2, dimensions=1)
    layer.build((None, 2))
    layer.kernel.assign(np.eye(2))  # kernel b uses feature b
    features = np.array([[0.0, 5.0], [1.0, 5.0], [3.0, 5.0]], np.float32)
    outputs = np.asarray(layer(features))
    np.testing.assert_array_equal(outputs[:, :2], features)
    first = [np.exp(-1) + np.exp(-3), np.exp(-1) + np.exp(-2), np.exp(-3) + np.exp(-2)]
    np.testing.assert_allclose(outputs[:, 2], first, rtol=1e-5)
    np.testing.assert_allclose(outputs[:, 3], [2, 2, 2], rtol=1e-5)  # all equal: each other image counts 1


def test_distances_are_summed_over_the_dimensions_of_a_kernel() -> None:
    layer = MinibatchDiscrimination(kernels=1, dimensions=3)
    layer.build((None, 1))
    layer.kernel.assign(np.array([[1.0, -2.0, 0.5]]))
    outputs = np.asarray(layer(np.array([[0.0], [0.2]], np.float32)))
    np.testing.assert_allclose(outputs[:, 1], [np.exp(-0.7)] * 2, rtol=1e-5)
