"""Images from given codes, and codes from given images, by a model that can read them (InfoGAN)."""

from typing import Any, NamedTuple

import keras
import numpy as np

from standin.core.images import stored
from standin.training.capabilities import CodeReader
from standin.training.inference import in_chunks

SEED = 0


class Drawn(NamedTuple):
    """Generated images with the codes that they were generated from.

    Attributes:
        images: (n, height, width, channels) uint8.
        categories: (n,).
        codes: (n, continuous), in [-1, 1].
    """

    images: np.ndarray
    categories: np.ndarray
    codes: np.ndarray


def read_categories(model: CodeReader, images: np.ndarray) -> np.ndarray:
    """(n,) the most probable category of each image as stored."""

    def probabilities(x: np.ndarray) -> Any:
        return model.recognize(x)[0]

    return np.asarray(keras.ops.argmax(in_chunks(probabilities, images), axis=1))


def draw_with_codes(model: CodeReader, n: int) -> Drawn:
    """Generates `n` images from random latents."""
    latents = model.draw_latent(np.random.default_rng(SEED), n)
    codes = latents[:, model.noise_dim :]
    categories = codes[:, : model.categories].argmax(axis=1)
    return Drawn(_uint8(model.generate(latents)), categories, codes[:, model.categories :])


def traverse(model: CodeReader, category: int, pair: tuple[int, int], side: int, reach: float) -> np.ndarray:
    """(side * side, height, width, channels) uint8: two codes go from -reach to reach, the first of the pair to the
    right, the second upwards; the others are 0, and the noise is the same everywhere."""
    noise = np.random.default_rng(SEED).standard_normal((1, model.noise_dim))
    axis = np.linspace(-reach, reach, side)
    across, up = np.meshgrid(axis, axis[::-1])
    codes = np.zeros((side * side, model.continuous))
    codes[:, pair[0]], codes[:, pair[1]] = across.ravel(), up.ravel()
    latents = model.latents(np.repeat(noise, side * side, axis=0), np.full(side * side, category), codes)
    return _uint8(model.generate(latents))


def _uint8(images: Any) -> np.ndarray:
    return stored(keras.ops.convert_to_numpy(images), np.uint8)
