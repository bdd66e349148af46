"""Nodes of the generation stage."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from standin.core.images import stored
from standin.core.instantiate import arguments_of
from standin.core.leakage import mark_seen
from standin.data.subset import indices_like_withheld
from standin.experiments.amounts import n_images_needed
from standin.io.large_arrays import collect

Arrays = dict[str, np.ndarray]
Checkpoint = Any  # standin.training.Checkpoint: Keras is imported when a node runs, not when pipelines are listed
GenerativeModel = Any  # standin.training.GenerativeModel


def train_generative_model(
    train: Arrays,
    model: dict[str, Any],
    augmentation: dict[str, Any],
    checkpoint: Checkpoint | None,
    seed: int,
    callbacks: Sequence[Any] = (),
) -> tuple[GenerativeModel, pd.DataFrame, Arrays, Arrays]:
    """Trains the model on the train rows; labels or conditions are read by conditional models only.

    Returns:
        The model, its losses by epoch, its snapshots (`epoch_<n>` -> images; for models that keep them,
        `weights_<n>_<i>` too), and which rows it has seen.
    """
    from standin import training

    target, arguments = arguments_of(model)
    settings = dict(model["training"])
    # Mirrored only: a shift repeats the border, and the model would learn to draw that.
    settings["augmentation"] = {"flips": augmentation["flips"]} if settings.pop("augment") else None
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
    synthetic_ratio: list[float],
    pseudo_labeling: dict[str, Any],
    seed: int,
) -> Arrays:
    """Samples the model, `standin.experiments.amounts.n_images_needed` rows.

    A conditional model is asked for what the train rows are (their labels, or their conditions), in random order, and
    where a hole is for the missing rows of each class too; of any other, `pseudo_labeling.candidates` times as many are
    drawn, since labeling may reject some.

    Returns:
        `images`, `seen` and, from conditional models, the `labels` that were asked for, with the `conditions` where it
        was asked by them; `imputed_images` and `imputed_labels` in place of missing rows.
    """
    n = n_images_needed(n_synthetic, synthetic_ratio, len(train["images"]))
    rng = np.random.default_rng(seed)
    name = generative_model.condition

    def drawn(rows: int, seed: int, condition: np.ndarray | None) -> np.ndarray:
        chunks = generative_model.sample(rows, seed, condition)
        like = train["images"]
        return collect((stored(chunk, like.dtype) for chunk in chunks), (rows, *like.shape[1:]), like.dtype)

    # The seed after the training's own, so that no sample repeats a snapshot.
    if name is None:
        return {"images": drawn(math.ceil(n * pseudo_labeling["candidates"]), seed + 1, None), **seen}
    turns = -(-n // len(train["images"]))  # any first so many rows have the shares of the whole
    chosen = np.concatenate([rng.permutation(len(train["images"])) for _ in range(turns)])[:n]
    asked = {kind: train[kind][chosen] for kind in {"labels", name}}
    made = {"images": drawn(n, seed + 1, asked[name]), **seen, **asked}
    like = indices_like_withheld(train)
    if len(like):
        # Far from any other seed: the next one is the next generator's.
        made |= {
            "imputed_images": drawn(len(like), seed + 10**6, train[name][like]),
            "imputed_labels": train["labels"][like],
        }
    return made
