"""The stream of batches."""

from typing import Any

import keras
import numpy as np
import pytest

from standin.core.images import to_float, to_uint8
from standin.training import Batches, fit_batches


def stream(n: int, batch_size: int, steps: int, seed: int = 0, first_step: int = 0) -> list[list[int]]:
    arrays = {"images": np.zeros((n, 8, 8, 1), np.uint8), "labels": np.arange(n)}
    batches = Batches(arrays, batch_size=batch_size, steps=steps, seed=seed, first_step=first_step)
    return [batches[i]["labels"].tolist() for i in range(steps)]


def test_every_image_is_used_once_before_any_is_used_twice() -> None:
    seen = [label for batch in stream(n=10, batch_size=4, steps=5) for label in batch]
    assert sorted(seen[:10]) == list(range(10))
    assert sorted(seen[10:]) == list(range(10))


def test_batches_are_full_even_with_fewer_images() -> None:
    assert all(len(batch) == 8 for batch in stream(n=3, batch_size=8, steps=4))


def test_the_stream_from_a_later_step_is_the_same_stream() -> None:
    assert stream(10, 4, 3, first_step=2) == stream(10, 4, 5)[2:]


def test_another_seed_gives_another_order() -> None:
    assert stream(10, 4, 5, seed=1) != stream(10, 4, 5, seed=2)


class Recorder(keras.Model):
    """Records the labels of each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[list[int]] = []

    def train_step(self, data: Any) -> dict[str, Any]:
        self.seen.append(keras.ops.convert_to_numpy(data["labels"]).tolist())
        return {"loss": keras.ops.zeros(())}


def test_the_second_epoch_continues_the_stream_of_the_first() -> None:
    arrays = {"images": np.zeros((10, 8, 8, 1), np.uint8), "labels": np.arange(10)}
    model = Recorder()
    model.compile(run_eagerly=True)
    fit_batches(model, Batches(arrays, batch_size=4, steps=2, seed=0), epochs=2)
    assert model.seen == stream(10, 4, 4)


def test_the_stream_is_not_tuned_automatically() -> None:
    backend = pytest.importorskip("standin.training.tensorflow")
    batches = Batches({"images": np.zeros((10, 8, 8, 1), np.uint8)}, batch_size=4, steps=2, seed=0)
    assert backend.stream(batches).options().autotune.enabled is False


def test_uint8_images_survive_conversion_to_float() -> None:
    every = np.arange(256, dtype=np.uint8).reshape(16, 16)
    floats = to_float(every)
    assert floats.dtype == np.float32
    assert (floats.min(), floats.max()) == (-1.0, 1.0)
    np.testing.assert_array_equal(to_uint8(floats), every)


def test_floats_outside_the_range_are_clipped() -> None:
    assert to_uint8(np.array([-3.0, 3.0])).tolist() == [0, 255]


def test_pairs_are_images_and_labels() -> None:
    arrays = {"images": np.full((4, 8, 8, 1), 255, np.uint8), "labels": np.arange(4)}
    images, labels = Batches(arrays, batch_size=4, steps=1, seed=0, as_pair=True)[0]
    assert images.min() == pytest.approx(1.0)
    assert sorted(labels) == [0, 1, 2, 3]
