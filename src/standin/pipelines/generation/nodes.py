"""Nodes of the generation stage."""

import math
from typing import Any

import numpy as np
import pandas as pd

from standin.images import stored
from standin.parameters import arguments_of
from standin.seen import rows_seen

Arrays = dict[str, np.ndarray]
Checkpoint = Any  # standin.training.Checkpoint: Keras is imported when a node runs, not when pipelines are listed
GenerativeModel = Any  # standin.training.GenerativeModel


def train_generative_model(
    train: Arrays, model: dict[str, Any], augmentation: dict[str, Any], checkpoint: Checkpoint, seed: int
) -> tuple[GenerativeModel, pd.DataFrame, Arrays, Arrays]:
    """Trains the model on the train rows; labels or conditions are read by conditional models only.

    Returns:
        The model, its losses by epoch, its snapshots (`epoch_<n>` -> images; for models that keep them,
        `weights_<n>_<i>` too), and which rows it has seen.
    """
    from standin import training

    target, arguments = arguments_of(model)
    generative_model = training.build_model(
        target,
        train["images"].shape[1:],
        len(train["class_names"]),
        seed,
        arguments,
        n_conditions=len(train.get("condition_names", ())),
    )
    condition = train[generative_model.condition] if generative_model.condition else None
    settings = dict(model["training"])
    # Mirrored only: a shift repeats the border, and the model would learn to draw that.
    settings["augmentation"] = {"flips": augmentation["flips"]} if settings.pop("augment") else None
    run = training.train(generative_model, train["images"], condition, seed=seed, checkpoint=checkpoint, **settings)
    return generative_model, pd.DataFrame(run.history), run.arrays(), rows_seen("generative_model", train)


def sample_generative_model(
    generative_model: GenerativeModel,
    seen: Arrays,
    train: Arrays,
    n_synthetic: int | None,
    labelling: dict[str, Any],
    seed: int,
) -> Arrays:
    """Samples the model: as many rows as there are train rows, or `n_synthetic`.

    A conditional model is asked for what the train rows are (their labels, or their conditions), in random order; of
    any other, `labelling.candidates` times as many are drawn, since labelling may reject some.

    Returns:
        `images`, `seen` and, from conditional models, the `labels` that were asked for, with the `conditions` where it
        was asked by them.
    """
    n = n_synthetic or len(train["images"])
    rng = np.random.default_rng(seed)
    name = generative_model.condition
    chosen = rng.permutation(np.resize(np.arange(len(train["images"])), n))
    asked = {} if name is None else {kind: train[kind][chosen] for kind in {"labels", name}}
    rows = n if name else math.ceil(n * labelling["candidates"])
    # The seed after the training's own, so that no sample repeats a snapshot.
    chunks = generative_model.sample(rows, seed + 1, asked[name] if name else None)
    images = [stored(chunk, train["images"].dtype) for chunk in chunks]
    return {"images": np.concatenate(images), **seen, **asked}
