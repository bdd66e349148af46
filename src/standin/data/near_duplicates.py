"""Near-duplicates: test images that show the same picture as a training image, though not pixel by pixel.

CIFAR-10 has many (Barz and Denzler 2020, Do We Train on Test Data? Purging CIFAR of Near-Duplicates): re-encoded,
brightened or mirrored copies, which `standin.data.copies` does not find. They favor what was trained on real images.
"""

from typing import NamedTuple

import numpy as np

from standin.core.images import to_float
from standin.io.large_arrays import gather
from standin.metrics.pixel_components import PixelComponents, fit_pixel_components

MAX_DISTANCE = 0.4
"""Between images with mean 0 and norm 1, so that brightness and contrast do not count: a correlation of .92."""
MAX_RATIO = 0.4
"""Of this distance to that of usual neighbors. Without it, handwritten ones would count: they are all much alike."""
BLOCKS = 16
"""Random parts of the training images. The median distance to the nearest image of each is that of usual neighbors,
also if up to seven training images are copies of one test image."""
FITTED = 2000
"""Largest number of training images that the principal components are fitted to."""
CHUNK = 1024
"""Images that are converted and compared at once."""


class NearDuplicates(NamedTuple):
    """The most similar training image of each of n images.

    Attributes:
        found: (n,) bool, whether it is a near-duplicate.
        nearest: (n,) its index.
        mirrored: (n,) bool, whether it is more similar to the mirrored image.
        distance: (n,) to it, between images with mean 0 and norm 1; of those not found, in few components.
    """

    found: np.ndarray
    nearest: np.ndarray
    mirrored: np.ndarray
    distance: np.ndarray


class _Closest(NamedTuple):
    """Of n images: index of the closest training image, distance to it, and to usual neighbors; in few components."""

    indices: np.ndarray
    distance: np.ndarray
    usual: np.ndarray


def find_near_duplicates(images: np.ndarray, among: np.ndarray, seed: int = 0) -> NearDuplicates:
    """Compares images (n, height, width, channels) and their mirror images with training images `among` (m, height,
    width, channels). The closest ones in principal components of pixels are then compared pixel by pixel.

    Args:
        seed: of the parts, and of the images that the components are fitted to.
    """
    order = np.random.default_rng(seed).permutation(len(among))
    pixels = fit_pixel_components(standardized(gather(among, np.sort(order[:FITTED]))), seed)
    blocks = np.array_split(order, min(BLOCKS, len(among)))
    training = _project(pixels, among)
    coordinates = [training[block] for block in blocks]
    mirror_images = images[:, :, ::-1]
    plain, mirrored = (_closest(_project(pixels, part), coordinates, blocks) for part in (images, mirror_images))
    is_mirrored = mirrored.distance < plain.distance
    nearest, distance, usual = (np.where(is_mirrored, *parts) for parts in zip(mirrored, plain, strict=True))
    found = distance < np.minimum(MAX_DISTANCE, MAX_RATIO * usual)
    for start in range(0, len(candidates := np.flatnonzero(found)), CHUNK):
        chosen = candidates[start : start + CHUNK]
        turned = np.where(is_mirrored[chosen, None, None, None], mirror_images[chosen], images[chosen])
        differences = standardized(turned) - standardized(among[nearest[chosen]])
        exact = np.sqrt(np.square(differences).sum(axis=(1, 2, 3)))
        distance[chosen] = exact
        found[chosen] = exact < np.minimum(MAX_DISTANCE, MAX_RATIO * usual[chosen])
    return NearDuplicates(found, nearest, is_mirrored, distance)


def standardized(images: np.ndarray) -> np.ndarray:
    """Stored images as float32 of the same shape, each with mean 0 and norm 1; one without contrast is 0."""
    centered = to_float(images) - to_float(images).mean(axis=(1, 2, 3), keepdims=True)
    return centered / np.maximum(np.sqrt(np.square(centered).sum(axis=(1, 2, 3), keepdims=True)), 1e-6)


def _project(pixels: PixelComponents, images: np.ndarray) -> np.ndarray:
    starts = range(0, len(images), CHUNK)
    return np.concatenate([pixels.project(standardized(images[start : start + CHUNK])) for start in starts])


def _closest(features: np.ndarray, coordinates: list[np.ndarray], blocks: list[np.ndarray]) -> _Closest:
    """`blocks`: the indices of the training images with these coordinates."""
    indices = np.empty((len(features), len(blocks)), np.int64)
    squares = np.empty((len(features), len(blocks)), np.float32)
    for number, (others, block) in enumerate(zip(coordinates, blocks, strict=True)):
        norms = np.square(others).sum(axis=1)
        for start in range(0, len(features), CHUNK):
            part = slice(start, start + CHUNK)
            closeness = 2 * features[part] @ others.T - norms
            best = closeness.argmax(axis=1)
            indices[part, number] = block[best]
            squares[part, number] = np.square(features[part]).sum(axis=1) - closeness[np.arange(len(best)), best]
    distances = np.sqrt(np.maximum(squares, 0))
    first, rows = distances.argmin(axis=1), np.arange(len(features))
    return _Closest(indices[rows, first], distances[rows, first], np.median(distances, axis=1))
