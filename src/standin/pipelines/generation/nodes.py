"""Nodes of the generation stage."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from standin.core.images import stored
from standin.core.instantiate import arguments_of
from standin.core.leakage import mark_seen
from standin.core.types import Arrays, Checkpoint, GenerativeModel
from standin.data.subset import indices_like_withheld
from standin.experiments.amounts import n_images_needed
from standin.io.large_arrays import collect


def train_generative_model(
    train: Arrays,
    model: dict[str, Any],
    augmentation: dict[str, Any] | None,
    checkpoint: Checkpoint | None,
    seed: int,
    callbacks: Sequence[Any] = (),
) -> tuple[GenerativeModel, pd.DataFrame, Arrays, Arrays]:
    """Trains the model; only conditional models read labels or conditions.

    Returns:
        The model, its losses by epoch, its snapshots (`epoch_<n>` -> images; `weights_<n>_<i>` of models with
        `snapshot_weights`), and which images it has seen.
    """
    from standin import training

    target, arguments = arguments_of(model)
    settings = dict(model["training"])
    # Only flips: a shift repeats the border, which the model would learn to generate.
    settings["augmentation"] = {"flips": augmentation["flips"]} if settings.pop("augment") and augmentation else None
    settings |= {"seed": seed, "checkpoint": checkpoint, "callbacks": callbacks}
    with training.data_parallel(settings.pop("devices"), settings["batch_size"]):
        generative_model = training.build_model(
            target,
            train["images"].shape[1:],
            len(train["class_names"]),
            seed,
            arguments,
            n_conditions=len(train.get("condition_names", ())),
            precision=settings.pop("precision"),
        )
        condition = train[generative_model.condition] if generative_model.condition else None
        run = training.train(generative_model, train["images"], condition, **settings)
    return generative_model, pd.DataFrame(run.history), run.arrays(), mark_seen("generative_model", train)


def sample_generative_model(
    generative_model: GenerativeModel,
    seen: Arrays,
    train: Arrays,
    n_synthetic: list[int | None],
    synthetic_ratio: Any,
    pseudo_labeling: dict[str, Any],
    seed: int,
) -> Arrays:
    """Samples `standin.experiments.amounts.n_images_needed` images from the model.

    A conditional model is conditioned on the labels or conditions of the training images in random order, and with a
    withheld subset also on those of the withheld images. Any other model generates `pseudo_labeling.candidates` times
    as many images, since pseudo-labeling may reject some.

    Returns:
        `images` and `seen`; of conditional models also `labels` and `conditions`, and with a withheld subset
        `imputed_images` and `imputed_labels`.
    """
    n = n_images_needed(n_synthetic, synthetic_ratio, len(train["images"]))
    rng = np.random.default_rng(seed)
    name = generative_model.condition

    def draw(number: int, seed: int, condition: np.ndarray | None) -> np.ndarray:
        chunks = generative_model.sample(number, seed, condition)
        real = train["images"]
        return collect((stored(chunk, real.dtype) for chunk in chunks), (number, *real.shape[1:]), real.dtype)

    # Not the training seed, so that no sample repeats a snapshot.
    if name is None:
        return {"images": draw(math.ceil(n * pseudo_labeling["candidates"]), seed + 1, None), **seen}
    passes = -(-n // len(train["images"]))
    chosen = np.concatenate([rng.permutation(len(train["images"])) for _ in range(passes)])[:n]
    given: Arrays = {array: train[array][chosen] for array in ("labels", name)}
    synthetic = {"images": draw(n, seed + 1, given[name]), **seen, **given}
    withheld = indices_like_withheld(train)
    if len(withheld):
        # `seed + 1` may be the next generator's seed.
        synthetic |= {
            "imputed_images": draw(len(withheld), seed + 10**6, train[name][withheld]),
            "imputed_labels": train["labels"][withheld],
        }
    return synthetic
