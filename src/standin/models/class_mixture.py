"""A mixture of Gaussians per class: the baseline that a trained generative model has to beat. It is fitted in seconds.

Images are projected onto the principal components of all training images. There, k-means divides each class into
clusters, and each cluster has a Gaussian with its own mean. Its covariance is shrunk towards the mean covariance of the
clusters of its class (Friedman 1989, Regularized Discriminant Analysis), since a cluster has fewer images than a
covariance has entries.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from standin.core.errors import InputError
from standin.models.by_class import CHUNK, indices_by_class, pixel_chunks
from standin.training import GenerativeModel

CLUSTERED = 48
"""Leading components in which k-means measures distances; later ones are mostly noise."""
MIN_PER_COMPONENT = 20
"""Least average number of images per Gaussian: a class with fewer images has fewer Gaussians."""


@keras.saving.register_keras_serializable("standin")
class ClassMixture(GenerativeModel):
    """A mixture of Gaussians per class.

    Args:
        components: largest number of Gaussians per class.
        rank: largest number of principal components.
        shrinkage: weight of the mean covariance of a class in that of each Gaussian, 0 to 1.
    """

    condition = "labels"

    def __init__(
        self,
        image_shape: Sequence[int],
        n_classes: int,
        seed: int = 0,
        components: int = 40,
        rank: int = 128,
        shrinkage: float = 0.3,
    ) -> None:
        super().__init__(image_shape, seed)
        if not 0 <= shrinkage <= 1:
            raise InputError(f"shrinkage must be from 0 to 1, got {shrinkage}")
        self.n_classes, self.components, self.shrinkage = n_classes, components, shrinkage
        self.pixels = int(np.prod(self.image_shape))
        self.rank = min(self.pixels, rank)
        shapes = {
            "offset": (self.pixels,),
            "directions": (self.rank, self.pixels),
            "cumulative_weights": (n_classes, components),
            "means": (n_classes, components, self.rank),
            "factors": (n_classes, components, self.rank, self.rank),
        }
        self.fitted = {name: self.add_weight(shape=shape, trainable=False, name=name) for name, shape in shapes.items()}
        self.set_players()

    def adapt(self, images: np.ndarray, condition: np.ndarray | None) -> None:
        """Fits components, clusters and covariances; InputError if a class has fewer than two images."""
        assert condition is not None
        fitted = {name: np.zeros(weight.shape, np.float32) for name, weight in self.fitted.items()}
        fitted["offset"], directions = self._principal_components(images)
        fitted["directions"][: len(directions)] = directions
        for c, indices in indices_by_class(condition, self.n_classes, "class_mixture"):
            chunks = pixel_chunks(images, indices)
            coordinates = np.concatenate([(chunk - fitted["offset"]) @ fitted["directions"].T for chunk in chunks])
            clusters = self._clusters(coordinates)
            for name, values in self._gaussians(coordinates, clusters).items():
                fitted[name][c, : len(values)] = values
            fitted["cumulative_weights"][c, clusters.max() :] = 1.0
        for name, weight in self.fitted.items():
            weight.assign(fitted[name])

    def _principal_components(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The mean image, (pixels,), and at most `rank` directions, (directions, pixels), of at most `CHUNK` images."""
        from sklearn.decomposition import PCA

        seed = self.constructor_arguments["seed"]
        drawn = np.random.default_rng(seed).permutation(len(images))[:CHUNK]
        values = next(pixel_chunks(images, np.sort(drawn)))
        pca = PCA(min(self.rank, len(values) - 1), random_state=seed).fit(values)
        return pca.mean_, pca.components_

    def _clusters(self, coordinates: np.ndarray) -> np.ndarray:
        """(n,) cluster of each image of a class, from 0 without gaps."""
        from sklearn.cluster import KMeans

        n_clusters = max(1, min(self.components, len(coordinates) // MIN_PER_COMPONENT))
        k_means = KMeans(n_clusters, n_init=1, random_state=self.constructor_arguments["seed"])
        return np.unique(k_means.fit_predict(coordinates[:, :CLUSTERED]), return_inverse=True)[1]

    def _gaussians(self, coordinates: np.ndarray, clusters: np.ndarray) -> dict[str, np.ndarray]:
        """Cumulative weights, means and factors L, with L Lᵀ = covariance, of the Gaussians of a class."""
        sizes = np.bincount(clusters)
        means = np.stack([coordinates[clusters == k].mean(axis=0) for k in range(len(sizes))])
        # With fewer images than components covariances are singular: in float32, rounding exceeds the jitter.
        residuals = (coordinates - means[clusters]).astype(np.float64)
        shared = residuals.T @ residuals / len(residuals)
        jitter = (1e-6 * np.trace(shared) / self.rank + 1e-12) * np.eye(self.rank)
        factors = np.empty((len(sizes), self.rank, self.rank), np.float32)
        for k, size in enumerate(sizes):
            own = residuals[clusters == k]
            covariance = (1 - self.shrinkage) * (own.T @ own / size) + self.shrinkage * shared
            factors[k] = np.linalg.cholesky(covariance + jitter)
        return {"cumulative_weights": np.cumsum(sizes) / sizes.sum(), "means": means, "factors": factors}

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """Standard normal numbers: the first, by its cumulative probability, chooses the Gaussian."""
        return rng.standard_normal((n, 1 + self.rank)).astype(np.float32)

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        from scipy.special import ndtr

        fitted = {name: ops.convert_to_numpy(weight.value) for name, weight in self.fitted.items()}
        latent, labels = ops.convert_to_numpy(latent), ops.convert_to_numpy(condition)
        chooses = ndtr(latent[:, :1].astype(np.float64))
        gaussians = (chooses >= fitted["cumulative_weights"][labels][:, :-1]).sum(axis=1)
        coordinates = np.empty((len(labels), self.rank), np.float32)
        for c, k in np.unique(np.stack([labels, gaussians], axis=1), axis=0):
            chosen = (labels == c) & (gaussians == k)
            coordinates[chosen] = fitted["means"][c, k] + latent[chosen, 1:] @ fitted["factors"][c, k].T
        values = fitted["offset"] + coordinates @ fitted["directions"]
        return np.clip(values, -1.0, 1.0).reshape(-1, *self.image_shape)
