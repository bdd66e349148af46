"""Nodes of the generation stage."""

import math
from typing import Any

import numpy as np
import pandas as pd

from standin.parameters import arguments_of

Arrays = dict[str, np.ndarray]
Checkpoint = Any  # standin.training.Checkpoint: Keras is imported when a node runs, not when pipelines are listed
GenerativeModel = Any  # standin.training.GenerativeModel


def train_generative_model(
    train: Arrays, model: dict[str, Any], checkpoint: Checkpoint, seed: int
) -> tuple[GenerativeModel, pd.DataFrame, Arrays]:
    """Trains the model on the train rows; labels are read by conditional models only.

    Returns:
        The model, its losses by epoch, and its snapshots (`epoch_<n>` -> images).
    """
    from standin import training

    target, arguments = arguments_of(model)
    settings = arguments.pop("training")
    generative_model = training.build_model(
        target, train["images"].shape[1:], len(train["class_names"]), seed, arguments
    )
    run = training.train(
        generative_model, train["images"], train["labels"], seed=seed, checkpoint=checkpoint, **settings
    )
    snapshots = {f"epoch_{epoch}": images for epoch, images in run.snapshots.items()}
    return generative_model, pd.DataFrame(run.history), snapshots


def sample_generative_model(
    generative_model: GenerativeModel, train: Arrays, n_synthetic: int | None, labelling: dict[str, Any], seed: int
) -> Arrays:
    """Samples the model: as many rows as there are train rows, or `n_synthetic`.

    A conditional model is asked for the labels of the train rows, in random order. Of any other,
    `labelling.candidates` times as many are drawn, since labelling may reject some.

    Returns:
        `images`, `seen_row_ids` (the real rows behind the model) and, from conditional models, `labels`.
    """
    from standin import training

    n = n_synthetic or len(train["images"])
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.resize(train["labels"], n)) if generative_model.conditional else None
    rows = n if generative_model.conditional else math.ceil(n * labelling["candidates"])
    # The seed after the training's own, so that no sample repeats a snapshot.
    images = [training.to_uint8(chunk) for chunk in generative_model.sample(rows, seed + 1, labels)]
    synthetic = {"images": np.concatenate(images), "seen_row_ids": train["row_ids"]}
    return synthetic if labels is None else synthetic | {"labels": labels}
