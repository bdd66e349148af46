"""Images from given codes, and codes from given images, by a model that can read them (InfoGAN)."""

from typing import Any, NamedTuple

import keras
import numpy as np

from standin.core.images import to_uint8
from standin.training.capabilities import CodeReader
from standin.training.inference import in_chunks

SEED = 0


class Drawn(NamedTuple):
    """(n, height, width, channels) uint8 generated images, with their categories (n,) and codes (n, continuous)."""

    images: np.ndarray
    categories: np.ndarray
    codes: np.ndarray


def read_categories(model: CodeReader, images: np.ndarray) -> np.ndarray:
    """(n,) the most probable category of each stored image."""
    return np.asarray(keras.ops.argmax(in_chunks(lambda x: model.recognize(x)[0], images), axis=1))


def draw_with_codes(model: CodeReader, n: int) -> Drawn:
    """Generates `n` images from random latents."""
    latents = model.draw_latent(np.random.default_rng(SEED), n)
    codes = latents[:, model.noise_dim :]
    categories = codes[:, : model.categories].argmax(axis=1)
    return Drawn(_generated(model, latents), categories, codes[:, model.categories :])


def traverse(model: CodeReader, category: int, pair: tuple[int, int], side: int, reach: float) -> np.ndarray:
    """(side * side, height, width, channels) uint8: two codes run from -reach to reach, the first of the pair to the
    right, the second upward; the other codes are 0, and the noise is constant."""
    noise = np.random.default_rng(SEED).standard_normal((1, model.noise_dim))
    axis = np.linspace(-reach, reach, side)
    across, up = np.meshgrid(axis, axis[::-1])
    codes = np.zeros((side * side, model.continuous))
    codes[:, pair[0]], codes[:, pair[1]] = across.ravel(), up.ravel()
    return _generated(model, model.latents(np.repeat(noise, side**2, axis=0), np.full(side**2, category), codes))


def _generated(model: CodeReader, latents: Any) -> np.ndarray:
    return to_uint8(keras.ops.convert_to_numpy(model.generate(latents)))
