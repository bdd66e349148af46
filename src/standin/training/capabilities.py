"""Capabilities of some generative models besides sampling, which sample quality evaluates. A model declares them in
`GenerativeModel.capabilities` and implements their protocols."""

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
    """A model whose latents are noise, a category and continuous codes in [-1, 1]; it predicts both from images."""

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
"""Capability -> its protocol."""
