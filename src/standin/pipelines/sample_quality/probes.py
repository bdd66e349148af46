"""Outputs of generative models with more capabilities than sampling, as arrays for metrics and figures."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from standin.training.code_reading import draw_with_codes, read_categories, traverse
from standin.training.inference import predict
from standin.training.reconstruction import at_epochs, decode_grid, reconstruct

Arrays = dict[str, np.ndarray]
Model = Any  # keras.Model, standin.training.GenerativeModel
SHOWN = 30
"""Test images whose reconstructions a figure shows."""
MANIFOLD_SIDE, MANIFOLD_REACH = 30, 4.0
N_DRAWN = 2000
"""Images generated from known codes."""
TRAVERSAL_SIDE, TRAVERSAL_REACH = 10, 1.0
SHOWN_AT_CONDITIONS, CONDITIONS_SEED = 9, 0


def probe_autoencoder(model: Model, snapshots: Arrays, train: Arrays, test: Arrays, oracle: Model) -> Arrays:
    """Reconstructions of test images, and latents.

    Returns:
        For all test images `reconstruction_errors`, `kl_divergences`, `latents`, `reconstruction_probabilities` and
        `drawn_reconstruction_probabilities` (of the oracle); for training images `training_latents`. For figures, at
        each epoch whose weights were kept (0 if none were), `reconstructions_<epoch>` and
        `reconstructions_predicted_<epoch>` of the first test images. With two latents, also `latents_<epoch>` of all
        test images, and a `manifold` of images decoded over [-`manifold_reach`, `manifold_reach`].
    """
    outputs: Arrays = {}

    def show(epoch: int) -> None:
        images = reconstruct(model, test["images"][:SHOWN], test["labels"][:SHOWN]).images
        outputs[f"reconstructions_{epoch}"] = images
        outputs[f"reconstructions_predicted_{epoch}"] = predict(oracle, images).argmax(axis=1)
        if model.latent_dim == 2:
            outputs[f"latents_{epoch}"] = reconstruct(model, test["images"], test["labels"]).latents

    for epoch in at_epochs(model, snapshots):
        show(epoch)
    if not outputs:
        show(0)
    if model.latent_dim == 2:
        outputs["manifold"] = decode_grid(model, MANIFOLD_SIDE, MANIFOLD_REACH)
        outputs["manifold_reach"] = np.array(MANIFOLD_REACH)
    reconstructed = reconstruct(model, test["images"], test["labels"])
    return outputs | {
        "reconstruction_errors": reconstructed.errors,
        "kl_divergences": reconstructed.divergences,
        "latents": reconstructed.latents,
        "training_latents": reconstruct(model, train["images"], train["labels"]).latents,
        "reconstruction_probabilities": predict(oracle, reconstructed.images),
        "drawn_reconstruction_probabilities": predict(oracle, reconstructed.drawn_images),
    }


def probe_codes(model: Model, train: Arrays, test: Arrays, oracle: Model) -> Arrays:
    """The categories of real images, images from known codes, and traversals of codes.

    Returns:
        `categories` of test images, `training_categories`, `n_categories`; `drawn_images` with `drawn_categories`,
        `drawn_codes` and `drawn_probabilities` (of the oracle); `traversal_category_<k>` (codes 1 and 2 in each
        category) and `traversal_codes_<i>_<j>` (two codes in category 0), square grids of images over
        [-`reach`, `reach`].
    """
    drawn = draw_with_codes(model, N_DRAWN)
    outputs = {
        "categories": read_categories(model, test["images"]),
        "training_categories": read_categories(model, train["images"]),
        "n_categories": np.array(model.categories),
        "drawn_images": drawn.images,
        "drawn_categories": drawn.categories,
        "drawn_codes": drawn.codes,
        "drawn_probabilities": predict(oracle, drawn.images),
        "reach": np.array(TRAVERSAL_REACH),
    }
    for category in range(model.categories):
        images = traverse(model, category, (0, 1), TRAVERSAL_SIDE, TRAVERSAL_REACH)
        outputs[f"traversal_category_{category}"] = images
    for pair in combinations(range(model.continuous), 2):
        images = traverse(model, 0, pair, TRAVERSAL_SIDE, TRAVERSAL_REACH)
        outputs[f"traversal_codes_{pair[0] + 1}_{pair[1] + 1}"] = images
    return outputs


def sample_at_conditions(model: Model, train: Arrays, shown_conditions: Sequence[Sequence[float]]) -> Arrays:
    """`generated_at_conditions` (q, n, height, width, channels), `real_at_conditions`, the training images nearest to
    these conditions, and `shown_conditions` (q, conditions)."""
    deviation = np.maximum(train["conditions"].std(axis=0), 1e-6)
    wanted = np.array(shown_conditions, np.float32)
    real, generated = [], []
    for values in wanted:
        distance = (((train["conditions"] - values) / deviation) ** 2).sum(axis=1)
        real.append(train["images"][np.argsort(distance)[:SHOWN_AT_CONDITIONS]])
        asked = np.tile(values, (SHOWN_AT_CONDITIONS, 1))
        generated.append(np.concatenate(list(model.sample(SHOWN_AT_CONDITIONS, CONDITIONS_SEED, asked))))
    return {
        "real_at_conditions": np.stack(real),
        "generated_at_conditions": np.stack(generated),
        "shown_conditions": wanted,
    }
