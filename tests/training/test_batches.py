"""The stream of batches."""

from typing import Any

import keras
import numpy as np
import pytest

from standin.core.images import to_float, to_uint8
from standin.training import Batches, fit_batches


def stream(rows: int, batch_size: int, steps: int, seed: int = 0, first_step: int = 0) -> list[list[int]]:
    arrays = {"images": np.zeros((rows, 8, 8, 1), np.uint8), "labels": np.arange(rows)}
    batches = Batches(arrays, batch_size=batch_size, steps=steps, seed=seed, first_step=first_step)
    return [batches[i]["labels"].tolist() for i in range(steps)]


def test_each_row_comes_once_before_any_comes_twice() -> None:
    seen = [row for batch in stream(rows=10, batch_size=4, steps=5) for row in batch]
    assert sorted(seen[:10]) == list(range(10))
    assert sorted(seen[10:]) == list(range(10))


def test_batches_are_full_even_when_there_are_fewer_rows() -> None:
    assert all(len(batch) == 8 for batch in stream(rows=3, batch_size=8, steps=4))


def test_the_stream_from_a_later_step_is_the_same_stream() -> None:
    assert stream(10, 4, 3, first_step=2) == stream(10, 4, 5)[2:]


def test_another_seed_gives_another_order() -> None:
    assert stream(10, 4, 5, seed=1) != stream(10, 4, 5, seed=2)


class Recorder(keras.Model):
    """Learns nothing; keeps the labels of each batch it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[list[int]] = []

    def train_step(self, data: Any) -> dict[str, Any]:
        self.seen.append(keras.ops.convert_to_numpy(data["labels"]).tolist())
        return {"loss": keras.ops.zeros(())}


def test_fit_goes_on_in_the_second_epoch_where_the_first_ended() -> None:
    arrays = {"images": np.zeros((10, 8, 8, 1), np.uint8), "labels": np.arange(10)}
    model = Recorder()
    model.compile(run_eagerly=True)
    fit_batches(model, Batches(arrays, batch_size=4, steps=2, seed=0), epochs=2)
    assert model.seen == stream(10, 4, 4)


def test_no_tuning_thread_holds_up_the_end_of_an_epoch() -> None:
    backend = pytest.importorskip("standin.training.tensorflow")
    batches = Batches({"images": np.zeros((10, 8, 8, 1), np.uint8)}, batch_size=4, steps=2, seed=0)
    assert backend.stream(batches).options().autotune.enabled is False


def test_bytes_become_floats_and_come_back() -> None:
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
