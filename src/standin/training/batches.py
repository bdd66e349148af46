"""An endless stream of batches, addressed by step: the same step always has the same images.

The stream concatenates seeded permutations of all images, so that all are used equally often. Batches have equal size
(the graph is traced once) and may span two permutations. Addressing by step makes resuming exact without replay.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import keras
import numpy as np

from standin.core.images import to_float
from standin.training.augmentation import resolve_augmentation
from standin.training.backend import active
from standin.training.callbacks.reporting import ReportCallback


class Batches:
    """Batches of several aligned arrays, indexed from 0; iterating never ends.

    Args:
        arrays: name -> array; all have the same length. Batches contain `uint8` arrays (images) as float32 in [-1, 1]
            and others, including float32 images, unscaled.
        steps: batches per epoch.
        seed: of the permutations and the augmentation.
        first_step: the step of batch 0.
        as_pair: return `(images, labels)`, as Keras classifiers expect, instead of a dictionary.
        augmentation: of `images`; see `standin.training.augmentation.resolve_augmentation`.
    """

    def __init__(
        self,
        arrays: dict[str, np.ndarray],
        *,
        batch_size: int,
        steps: int,
        seed: int,
        first_step: int = 0,
        as_pair: bool = False,
        augmentation: Mapping[str, Any] | None = None,
    ) -> None:
        self.arrays, self.n = arrays, len(next(iter(arrays.values())))
        self.batch_size, self.steps, self.first_step = batch_size, steps, first_step
        self.as_pair, self.seed = as_pair, seed
        self.augment = resolve_augmentation(augmentation)
        self.first_use = np.random.default_rng([seed, 2]).integers(0, 4, self.n)
        self.permutation = lru_cache(maxsize=4)(lambda epoch: np.random.default_rng([seed, epoch]).permutation(self.n))

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in count())

    def __getitem__(self, index: int) -> Any:
        step = self.first_step + index
        indices, epochs = self.places_of(step)
        batch = {name: array[indices] for name, array in self.arrays.items()}
        if self.augment:
            rng = np.random.default_rng([self.seed, 1, step])
            batch["images"] = self.augment(batch["images"], rng, epochs + self.first_use[indices])
        batch = {name: to_float(array) for name, array in batch.items()}
        return (batch["images"], batch["labels"]) if self.as_pair else batch

    def places_of(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """(batch_size,) indices of the images in the batch of `step`, and how often the stream used each before."""
        positions = np.arange(step * self.batch_size, (step + 1) * self.batch_size)
        epochs, places = np.divmod(positions, self.n)
        return np.concatenate([self.permutation(int(e))[places[epochs == e]] for e in np.unique(epochs)]), epochs


def fit_batches(
    model: keras.Model,
    batches: Batches,
    *,
    epochs: int = 1,
    initial_epoch: int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    unit: str = "step",
) -> None:
    """Keras' `fit` on the stream from its start: `batches.steps` steps per epoch.

    Args:
        unit: what progress counts; see `standin.training.callbacks.reporting`.
    """
    steps_per_call = active().steps_at_once(batches.steps)
    if model.steps_per_execution != steps_per_call:
        model.steps_per_execution, model.train_function = steps_per_call, None
    model.fit(
        active().stream(batches),
        epochs=epochs,
        initial_epoch=initial_epoch,
        steps_per_epoch=batches.steps,
        shuffle=False,  # the stream is already shuffled
        callbacks=[*callbacks, ReportCallback(batches.steps, epochs, unit)],
        verbose=0,
    )
