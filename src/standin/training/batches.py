"""An endless stream of batches, addressed by step: the same step always holds the same rows.

Rows come in seeded permutations of the whole set, one after the other, so that each row is seen as often as any
other; batches have equal size (the graph is traced once), and a batch may straddle two permutations. Addressing by
step makes resuming exact: nothing has to be replayed.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import keras
import numpy as np

from standin.images import to_float
from standin.training.augmentation import augment


class Batches(keras.utils.PyDataset):
    """Batches of several aligned arrays.

    Args:
        arrays: name -> array; all have the same number of rows. `uint8` arrays are images and come out as float32
            in [-1, 1]; others, float32 images among them, come out as they are.
        batch_size: rows a batch.
        steps: batches an epoch.
        seed: of the permutations.
        first_step: the step at which this stream starts.
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
        super().__init__()
        self.arrays = arrays
        self.rows = len(next(iter(arrays.values())))
        self.batch_size = batch_size
        self.steps = steps
        self.step = first_step
        self.as_pair = as_pair
        self.seed = seed
        self.augmentation = augmentation
        self.permutation = lru_cache(maxsize=4)(lambda turn: np.random.default_rng([seed, turn]).permutation(self.rows))

    @property
    def num_batches(self) -> int:
        return self.steps

    def __getitem__(self, index: int) -> Any:
        step = self.step + index
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

    def on_epoch_end(self) -> None:
        self.step += self.steps
