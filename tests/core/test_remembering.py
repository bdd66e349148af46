"""Results are remembered by what arrays and networks hold."""

import keras
import numpy as np
import pytest

from standin.core.remembering import remembering


def test_equal_arrays_are_asked_about_once_and_others_anew() -> None:
    asked: list[tuple] = []

    @remembering(most=2)
    def total(rows: np.ndarray, times: int = 1) -> float:
        asked.append((rows.tolist(), times))
        return float(rows.sum()) * times

    rows = np.arange(6.0)
    assert [total(rows), total(rows.copy()), total(rows[::-1][::-1])] == [15.0] * 3
    assert len(asked) == 1
    assert [total(rows, 2), total(rows, times=2), total(rows.reshape(2, 3)), total(rows.astype(int))] == [
        30,
        30,
        15,
        15,
    ]
    assert len(asked) == 5  # another value, another way to say it, another shape, another type
    total(rows)
    assert len(asked) == 6  # the first had to go
    total(rows.astype(int)), total(rows + 1), total(rows.astype(int))
    assert len(asked) == 7  # what is asked for again stays


def test_what_was_refused_is_refused_again() -> None:
    @remembering(most=1)
    def refuse(rows: np.ndarray) -> None:
        raise ValueError("too few")

    for _ in range(2):
        with pytest.raises(ValueError, match="too few"):
            refuse(np.zeros(1))


def test_networks_are_known_by_their_layers_and_weights() -> None:
    asked: list[float] = []

    @remembering(most=4)
    def shown(network: keras.Model, rows: np.ndarray) -> float:
        asked.append(float(np.sum(network(rows))))
        return asked[-1]

    rows = np.ones((1, 2))
    first = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
    same, heavier, bent = (keras.models.clone_model(first) for _ in range(3))
    heavier.layers[0].bias.assign([1.0])
    bent.layers[0].activation = keras.activations.softplus
    assert [shown(each, rows) for each in (first, same, heavier)] == [2.0, 2.0, 3.0]
    assert shown(bent, rows) > 2.0
    assert len(asked) == 3
