"""What some generative models can do besides sampling. A model declares it in `GenerativeModel.capabilities`, and has
the attributes and methods of the protocol; sample quality then evaluates it."""

from typing import Any, Literal, Protocol

import numpy as np


class Autoencoder(Protocol):
    """A model that encodes images as latents and decodes latents."""

    latent_dim: int
    condition: Literal["labels", "conditions"] | None

    def encode(self, images: Any, condition: Any | None = None) -> Any:
        """Images in [-1, 1] -> mean and log variance of q(z | x), (n, latent_dim) each."""

    def decode(self, latent: Any, condition: Any | None = None) -> Any:
        """Latents (n, latent_dim) -> images in [0, 1]."""


class CodeReader(Protocol):
    """A model whose latents are noise, a category and continuous codes in [-1, 1], which it reads from images."""

    noise_dim: int
    categories: int
    continuous: int

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """(n, noise_dim + categories + continuous) latents."""

    def latents(self, noise: np.ndarray, category: np.ndarray, codes: np.ndarray) -> np.ndarray:
        """(n, noise_dim) noise, (n,) categories and (n, continuous) codes -> latents."""

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        """Latents -> images in [-1, 1]."""

    def recognize(self, images: Any) -> tuple[Any, Any]:
        """Images in [-1, 1] -> probabilities of the categories, and the continuous codes."""


CAPABILITIES: dict[str, type] = {"autoencoder": Autoencoder, "codes": CodeReader}
"""What a model may declare -> its protocol."""
