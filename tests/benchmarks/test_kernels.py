"""The kernels that are timed alone are those that a step needs."""

import keras
import numpy as np
from benchmarks.arithmetic import cost
from benchmarks.kernels import kernels, measure

ROWS = 4


def network() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((6, 6, 2)),
            keras.layers.Conv2D(3, 3, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(5, activation="tanh"),
        ],
        name="small",
    )


def test_they_are_all_that_learning_needs() -> None:
    found = list(kernels(network(), ROWS))
    assert [kernel.name for kernel in found] == [
        "4x6x6x2 to 3, forward",
        "4x6x6x2 to 3, gradient of the kernel",
        "4x48 to 5, forward",
        "4x48 to 5, gradient of the kernel",
        "4x48 to 5, gradient of the input",
    ]
    assert np.isclose(sum(kernel.gflop for kernel in found), ROWS * cost(network()).learning / 1e9)
    shapes = [tuple(kernel.run().shape) for kernel in found]
    assert shapes == [(4, 4, 4, 3), (3, 3, 2, 3), (4, 5), (48, 5), (4, 48)]


def test_a_network_s_line_is_all_of_them() -> None:
    *rows, whole = measure("small", list(kernels(network(), ROWS)), rounds=1)
    assert whole.kernel == "all"
    assert np.isclose(whole.milliseconds, sum(row.milliseconds for row in rows))
    assert np.isclose(whole.gflop, sum(row.gflop for row in rows))
