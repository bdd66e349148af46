"""Adam whose gradients begin late."""

import keras
import numpy as np

from standin.models.late_start import LateStart


def path(rate: object, gradients: list[float]) -> np.ndarray:
    """Where Adam takes a variable that starts at 0."""
    variable = keras.Variable(0.0)
    optimizer = keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.99)
    places = []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        places.append(float(variable.value))
    return np.array(places)


def test_steps_after_many_zeros_are_as_if_they_were_the_first() -> None:
    gradients = [1.0, -0.5, 2.0, 0.3]
    zeros = [0.0] * 600
    fresh = path(0.01, gradients)
    np.testing.assert_allclose(path(LateStart(0.01, 600, 0.5, 0.99), zeros + gradients)[600:], fresh, rtol=0.02)
    assert path(0.01, zeros + gradients)[600] < 4 * fresh[0]  # without it, the first step is five times too long


def test_before_that_the_rate_is_itself() -> None:
    assert float(LateStart(0.01, 5, 0.5, 0.999)(0)) == np.float32(0.01)
