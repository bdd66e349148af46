"""Augmentation: shifts, flips, and its order of random numbers."""

import numpy as np
import pytest

from standin.training.augmentation import augment
from standin.training.batches import Batches


def test_shifts_are_whole_pixels_up_to_the_limit_and_repeat_the_border() -> None:
    image = np.zeros((1, 6, 6, 1), np.uint8)
    image[0, :, 3] = 200  # a vertical line
    places = set()
    for seed in range(60):
        shifted = augment(image, np.random.default_rng(seed), max_shift=2)
        assert set(np.unique(shifted)) == {0, 200}
        (column,) = np.flatnonzero(shifted[0, 0, :, 0])
        assert (shifted[0, :, column] == 200).all()  # from edge to edge: the border is repeated
        places.add(int(column))
    assert places == {1, 2, 3, 4, 5}


def test_images_of_a_batch_have_independent_shifts() -> None:
    images = np.zeros((40, 6, 6, 1), np.uint8)
    images[:, :, 3] = 200
    columns = augment(images, np.random.default_rng(0), max_shift=2)[:, 0, :, 0].argmax(axis=1)
    assert len(set(columns)) == 5


@pytest.mark.parametrize(("flip", "axis"), [("horizontal", 1), ("vertical", 0)])
def test_flips_mirror_about_half_of_the_images(flip: str, axis: int) -> None:
    image = np.arange(8 * 8 * 3, dtype=np.uint8).reshape(8, 8, 3)
    augmented = augment(np.stack([image] * 200), np.random.default_rng(0), flips=[flip])
    mirrored = [np.array_equal(one, np.flip(image, axis)) for one in augmented]
    assert all(np.array_equal(one, image) or is_mirrored for one, is_mirrored in zip(augmented, mirrored, strict=True))
    assert 70 < sum(mirrored) < 130


def test_uses_show_each_image_in_all_its_orientations_in_turn() -> None:
    """With both flips, four consecutive passes show the four orientations; with one, every other pass is mirrored."""
    images = np.random.default_rng(0).integers(0, 255, (20, 4, 4, 1), dtype=np.uint8)

    def passes(flips: list[str], alternating: bool = True) -> list[np.ndarray]:
        """(4 passes) of the images, in their own order."""
        augmentation = {"flips": flips, "alternating": alternating}
        batches = Batches(
            {"images": images, "ids": np.arange(20)}, batch_size=20, steps=4, seed=0, augmentation=augmentation
        )
        return [batch["images"][np.argsort(batch["ids"])] for batch in (batches[i] for i in range(4))]

    for number in range(20):
        shown = passes(["horizontal", "vertical"])
        assert len({image[number].tobytes() for image in shown}) == 4
        shown = passes(["horizontal"])
        assert np.array_equal(shown[0][number], shown[2][number])
        assert np.array_equal(shown[0][number], shown[1][number][:, ::-1])
    mirrored = [
        np.array_equal(a, b[:, ::-1]) for a, b in zip(*passes(["horizontal"], alternating=False)[:2], strict=True)
    ]
    assert 0 < sum(mirrored) < 20


def test_augmentation_of_a_batch_depends_on_its_step_only() -> None:
    images = np.random.default_rng(0).integers(0, 255, (20, 8, 8, 1), dtype=np.uint8)
    whole = Batches({"images": images}, batch_size=5, steps=4, seed=0, augmentation={"max_shift": 2})
    late = Batches({"images": images}, batch_size=5, steps=4, seed=0, first_step=2, augmentation={"max_shift": 2})
    np.testing.assert_array_equal(whole[2]["images"], late[0]["images"])
    plain = Batches({"images": images}, batch_size=5, steps=4, seed=0)
    assert not np.array_equal(whole[2]["images"], plain[2]["images"])


def test_float_images_are_not_scaled() -> None:
    images = np.linspace(-1.5, 2, 8 * 64, dtype=np.float32).reshape(8, 8, 8, 1)
    batch = Batches({"images": images}, batch_size=8, steps=1, seed=0)[0]["images"]
    np.testing.assert_array_equal(np.sort(batch.ravel()), images.ravel())
