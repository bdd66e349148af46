"""An endless stream of batches, addressed by step: the same step always holds the same rows.

Rows come in seeded permutations of the whole set, one after the other, so that each row is seen as often as any
other; batches have equal size (the graph is traced once), and a batch may straddle two permutations. Addressing by
step makes resuming exact: nothing has to be replayed.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any

import keras
import numpy as np

from standin.core.errors import TrainingError
from standin.core.images import to_float
from standin.training.augmentation import augment
from standin.training.backend import active


class Batches:
    """Batches of several aligned arrays, by number from 0; iterating never ends.

    Args:
        arrays: name -> array; all have the same number of rows. `uint8` arrays are images and come out as float32
            in [-1, 1]; others, float32 images among them, come out as they are.
        batch_size: rows a batch.
        steps: batches an epoch.
        seed: of the permutations.
        first_step: the step at which this stream starts: number 0.
        as_pair: give `(images, labels)`, as Keras classifiers expect, in place of a dictionary.
        augmentation: arguments of `augment`, applied to `images`; None leaves them as they are.
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
        self.arrays = arrays
        self.rows = len(next(iter(arrays.values())))
        self.batch_size = batch_size
        self.steps = steps
        self.first_step = first_step
        self.as_pair = as_pair
        self.seed = seed
        self.augmentation = augmentation
        self.permutation = lru_cache(maxsize=4)(lambda turn: np.random.default_rng([seed, turn]).permutation(self.rows))

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in count())

    def __getitem__(self, index: int) -> Any:
        step = self.first_step + index
        rows = self.rows_of(step)
        batch = {name: array[rows] for name, array in self.arrays.items()}
        if self.augmentation is not None:
            batch["images"] = augment(batch["images"], np.random.default_rng([self.seed, 1, step]), **self.augmentation)
        batch = {name: to_float(array) for name, array in batch.items()}
        return (batch["images"], batch["labels"]) if self.as_pair else batch

    def rows_of(self, step: int) -> np.ndarray:
        """(batch_size,) indices of the rows that make up the batch of `step`."""
        positions = np.arange(step * self.batch_size, (step + 1) * self.batch_size)
        turns, places = np.divmod(positions, self.rows)
        return np.concatenate([self.permutation(int(t))[places[turns == t]] for t in np.unique(turns)])


def fit(
    model: keras.Model,
    batches: Batches,
    *,
    epochs: int = 1,
    initial_epoch: int = 0,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    verbose: int = 0,
) -> dict[str, list[float]]:
    """Keras' `fit` on the stream from its start: `batches.steps` an epoch.

    Args:
        verbose: what Keras prints where the output is no terminal; there it shows a bar.

    Raises:
        TrainingError: a loss or a metric is no number when the training comes to its end, by itself or by a callback.

    Returns:
        What Keras calls the history: name -> value by epoch.
    """
    at_once = active().steps_at_once(batches.steps)
    if model.steps_per_execution != at_once:
        model.steps_per_execution, model.train_function = at_once, None
    history = model.fit(
        active().stream(batches),
        epochs=epochs,
        initial_epoch=initial_epoch,
        steps_per_epoch=batches.steps,
        shuffle=False,  # they are, by a seed
        callbacks=list(callbacks),
        verbose=1 if sys.stdout.isatty() else verbose,
    )
    wrong = [f"{name} became {values[-1]}" for name, values in history.history.items() if not np.isfinite(values[-1])]
    if wrong:
        steps = (initial_epoch + len(history.epoch)) * batches.steps
        raise TrainingError(f"{wrong[0]} within {steps} step{'s' if steps > 1 else ''}: try a lower learning rate")
    return history.history
