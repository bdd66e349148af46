"""A generative model with two weights and without noise, for tests of the engine on both backends.

Left minimizes (left - right)^2 / 2, right minimizes (left + right - mean)^2 / 2, both by gradient descent.
"""

import json
import sys

import keras
import numpy as np
from keras import ops

from standin.training import Batch, GenerativeModel, Player, train

RATE = 0.1


@keras.saving.register_keras_serializable("tests")
class Duel(GenerativeModel):
    def __init__(self, image_shape=(8, 8, 1), seed=0, right_steps=1, noise=0.0, momentum=0.0, moving_average=None):
        super().__init__(image_shape, seed)
        self.left = self.add_weight(shape=(), initializer="zeros", name="left")
        self.right = self.add_weight(shape=(), initializer="ones", name="right")
        self.noise = noise
        average = {} if moving_average is None else {"use_ema": True, "ema_momentum": moving_average}
        self.set_players(
            Player("left", [self.left], self.left_loss, keras.optimizers.SGD(RATE, momentum, **average), ("gap",)),
            Player("right", [self.right], self.right_loss, keras.optimizers.SGD(RATE, momentum), steps=right_steps),
        )

    def left_loss(self, batch: Batch):
        gap = self.left - self.right + self.noise * keras.random.normal((), seed=self.random)
        return ops.square(gap) / 2, {"gap": gap}

    def right_loss(self, batch: Batch):
        return ops.square(self.left + self.right - ops.mean(batch["images"])) / 2, {}

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.standard_normal((n, *self.image_shape)).astype(np.float32)

    def generate(self, latent, labels=None):
        return ops.tanh(latent * 0.1 + self.left)


def images(n: int = 32) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, 8, 8, 1), dtype=np.uint8)


if __name__ == "__main__":  # prints the history on the backend KERAS_BACKEND
    model = Duel(right_steps=2, momentum=0.5)
    history = train(model, images(), epochs=3, batch_size=8, seed=1).history
    print(json.dumps({"backend": keras.backend.backend(), "history": history}), file=sys.stdout)
