"""A network that clusters images into categories without labels.

Invariant information clustering (Ji et al. 2019): two deformed, colorless copies of one image should get the same
category, and all categories should be equally frequent. Categories then represent the shapes of strokes.

As in that paper, several heads are trained in parallel, since a single one may converge with two classes in one
category, and an overclustering head with more categories. The head with the highest running mean of the agreement of
its predictions for two copies is used. This choice is final after `choice` steps: a later change would permute the
categories.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from standin.models.dcgan import downsample_stack
from standin.models.layers.deformation import deformed, white_strokes
from standin.models.losses import shared_information
from standin.training import Batch, in_float32

READINGS, FINER = 5, 5
"""Number of heads, and of categories of the overclustering head per category."""
MEMORY = 0.99
"""Decay of the running means that choose the head."""


class CategoryReader(keras.Model):
    """Predicts the category of an image, independently of its color.

    Args:
        width, hidden: channels of the first grid, and units of the fully connected layer.
        choice: steps until the choice of the head is final.
        random: generator of the deformations.
    """

    def __init__(
        self,
        image_shape: Sequence[int],
        categories: int,
        width: int,
        hidden: int,
        choice: int,
        random: keras.random.SeedGenerator,
    ) -> None:
        super().__init__(dtype="float32")  # the choice does not depend on the network's precision
        self.choice, self.random = choice, random
        self.steps = self.add_weight(shape=(), dtype="int32", initializer="zeros", trainable=False, name="steps")
        self.agreement = self.add_weight(shape=(READINGS,), initializer="zeros", trainable=False, name="agreement")
        strokes = layers.Input(tuple(image_shape))
        x = layers.Flatten()(downsample_stack(strokes, width, batch_normalization=False, dropout=0.0, spectrally=False))
        x = layers.LeakyReLU(0.2)(layers.LayerNormalization()(layers.Dense(hidden)(x)))
        x = layers.LeakyReLU(0.2)(layers.Dense(128)(x))
        readings = layers.Reshape((READINGS, categories))(layers.Dense(READINGS * categories)(x))
        self.network = keras.Model(strokes, [readings, layers.Dense(FINER * categories)(x)], name="readings")
        self.built = True

    def call(self, images: Any) -> Any:
        """Images in [-1, 1] -> logits (n, categories) of the chosen head."""
        readings, _ = in_float32(self.network(white_strokes(images)))
        return ops.take(readings, ops.argmax(self.agreement), axis=1)

    def decided(self) -> Any:
        """1 once the choice of the head is final, else 0."""
        return ops.cast(self.steps >= self.choice, "float32")

    def learn(self, batch: Batch) -> tuple[Any, dict[str, Any]]:
        """The loss; logs the mutual information of the chosen head's predictions for two copies, in nats."""
        strokes = white_strokes(batch["images"])
        readings, finer = in_float32(self.network(deformed(ops.concatenate([strokes, strokes]), self.random)))
        first, second = ops.split(ops.softmax(readings), 2)
        shared = shared_information(first, second)
        final = self.decided()
        self.agreement.assign(final * self.agreement + (1 - final) * (MEMORY * self.agreement + (1 - MEMORY) * shared))
        self.steps.assign(self.steps + 1)
        finer_shared = shared_information(*ops.split(ops.softmax(finer), 2))
        return -ops.mean(shared) - finer_shared, {"information_shared": ops.take(shared, ops.argmax(self.agreement))}
