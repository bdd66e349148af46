"""The optimizers equal those of Keras."""

import keras
import numpy as np
import pytest

from standin.training import Player, adam
from standin.training.backend import active
from standin.training.optimizers import ema_decay_at


def descended(optimizer: keras.optimizers.Optimizer) -> tuple[np.ndarray, np.ndarray]:
    """A matrix and its moving average after five steps on given gradients."""
    rng = np.random.default_rng(0)
    weights = keras.Variable(rng.normal(size=(3, 4)).astype(np.float32))
    optimizer.build([weights])
    for _ in range(5):
        optimizer.apply([keras.ops.convert_to_tensor(rng.normal(size=(3, 4)).astype(np.float32))], [weights])
    average = optimizer._model_variables_moving_average[0]
    return keras.ops.convert_to_numpy(weights), keras.ops.convert_to_numpy(average)


def test_steps_and_moving_average_equal_those_of_keras() -> None:
    """`ema_decay_at` affects the first step only, since .05 is less than 1/10."""
    of_keras = keras.optimizers.Adam(0.01, beta_1=0.5, beta_2=0.99, use_ema=True, ema_momentum=0.05)
    ours = adam(0.01, beta_1=0.5, beta_2=0.99, moving_average=0.05)
    for expected, actual in zip(descended(of_keras), descended(ours), strict=True):
        np.testing.assert_allclose(actual, expected, rtol=1e-5)


@pytest.mark.parametrize(("step", "kept"), [(0, 0.0), (1, 0.1), (9, 0.5), (81, 0.9), (8990, 0.998999), (9000, 0.999)])
def test_a_moving_average_forgets_the_first_steps(step: int, kept: float) -> None:
    assert float(ema_decay_at(keras.ops.convert_to_tensor(step), 0.999)) == pytest.approx(kept, abs=1e-6)


def test_weight_decay_equals_that_of_keras_adamw() -> None:
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 5)
    of_keras = keras.optimizers.AdamW(schedule, weight_decay=0.3, use_ema=True)
    ours = adam(schedule, weight_decay=0.3, moving_average=0.99)
    np.testing.assert_allclose(descended(ours)[0], descended(of_keras)[0], rtol=1e-5, atol=1e-6)


def test_a_repeated_embedding_takes_one_step_of_adam() -> None:
    """The first step is the learning rate for any gradient (here 4, 1 and none). Keras' Adam on TensorFlow takes twice
    that for the first embedding, since it squares the four gradients one by one."""
    table = keras.layers.Embedding(3, 1, embeddings_initializer="zeros")
    table.build()
    player = Player(
        name="sum",
        variables=table.trainable_variables,
        loss=lambda batch: (keras.ops.sum(table(batch["labels"])), {}),
        optimizer=adam(0.1),
    )
    player.optimizer.build(player.variables)
    (_, _), gradients = active().value_and_gradients(
        lambda: player.loss({"labels": np.array([0, 0, 0, 0, 1])}), player.variables
    )
    player.optimizer.apply(gradients, player.variables)
    np.testing.assert_allclose(keras.ops.convert_to_numpy(table.embeddings), [[-0.1], [-0.1], [0]], rtol=1e-5)
