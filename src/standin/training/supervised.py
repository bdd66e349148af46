"""Training of classifiers and regressors. One `fit` trains the pseudo-labeler, the oracle, the feature extractor, the
regressor and the classifier of every arm, so that arms differ only in their training pool.

The number of optimizer steps does not depend on the number of images, and no intermediate weights are selected: the
result is the last weights (or their moving average, `standin.training.recipe`).
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate, chain, pairwise, repeat
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import layers, ops

from standin.core.code_digest import code_digests
from standin.core.instantiate import arguments_of, resolve_target
from standin.core.progress import part
from standin.training.adaptive import adapt_layers
from standin.training.backend import make_reproducible
from standin.training.batches import Batches, fit_batches
from standin.training.callbacks import CheckpointCallback, HistoryCallback, SnapshotCallback, TerminateOnNonFinite
from standin.training.checkpoint import Checkpoint, Progress, fingerprint
from standin.training.compiled import compiled_like
from standin.training.precision import dtype_scope
from standin.training.recipe import Recipe, Targets, compile_network

log = logging.getLogger(__name__)
LOG_POINTS = 20
"""Default maximum number of curve points per pool."""
CHECKPOINT_SECONDS = 5.0
"""Least time between two checkpoints."""

Pool = tuple[np.ndarray, np.ndarray]
"""Images (n, height, width, channels), uint8 or float32, and targets: labels (n,) integers in [0, n_outputs),
probabilities (n, n_outputs) whose rows sum to 1, or values (n, n_outputs)."""


class Fitted(NamedTuple):
    """A trained network and its learning curve.

    Attributes:
        model: images (n, height, width, channels) in [-1, 1] -> logits (n, n_outputs), or values (n, n_outputs) in
            their original units.
        curve: `step`, `loss` and, for classifiers, `accuracy`: means over the training batches since the previous step.
    """

    model: keras.Model
    curve: dict[str, list[Any]]


class Stage(NamedTuple):
    """Consecutive steps on one pool.

    Attributes:
        pool: its index.
        first_step: of the pool's stream of batches.
        intervals: number of log intervals; after each one, losses are logged and a checkpoint may be saved.
        steps: optimizer steps per interval.
        reset_optimizer: whether to reset the optimizer first.
    """

    pool: int
    first_step: int
    intervals: int
    steps: int
    reset_optimizer: bool


def fit(
    config: Mapping[str, Any],
    pools: Sequence[Pool],
    n_outputs: int,
    *,
    targets: Targets = "labels",
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> Fitted:
    """Trains a network.

    Args:
        config: `model` (`_target_`, a function (image_shape, n_outputs, **arguments) -> Keras model, and arguments),
            `steps`, `batch_size`, `learning_rate`; optional `log_points`, `precision` (`float32` or `mixed_bfloat16`,
            of training; the returned network computes in float32) and `recipe`, the arguments of
            `standin.training.recipe.Recipe`.
        pools: training images and targets. Several pools follow each other, with equal numbers of steps and a reset
            optimizer.
        n_outputs: number of classes, or of values per image.
        targets: what the pools have. Values are standardized for training; the last layer of the returned network
            restores their units.
        seed: of initial weights, dropout, the order of images and augmentation.
        checkpoint: saves the state; training resumes from it. The caller clears it once the result is stored.

    Raises:
        TrainingError: the loss is no longer finite.
        ValueError: the pools have other targets than `targets`.
    """
    steps = config["steps"] // len(pools)
    n = intervals(steps, config.get("log_points", LOG_POINTS))
    stages = [Stage(i, 0, n, steps // n, reset_optimizer=True) for i in range(len(pools))]
    model, progress = _train(config, pools, stages, n_outputs, targets, seed, checkpoint, schedule_steps=steps)
    step = accumulate(chain.from_iterable(repeat(stage.steps, stage.intervals) for stage in stages))
    logs = {name: values for name, values in progress.history.items() if name not in ("epoch", "loss")}
    return Fitted(model, {"step": [*step], "loss": progress.history["loss"], **logs})


def train_by_epochs(
    config: Mapping[str, Any],
    pool: Pool,
    n_outputs: int,
    *,
    epochs: Sequence[int],
    seed: int,
    checkpoint: Checkpoint | None = None,
) -> dict[int, keras.Model]:
    """One classifier after each number of epochs (passes over its images) in `epochs`.

    As `fit`, but without `steps`, and with the first study's recipe instead of the configured one: Adam at a constant
    learning rate, nothing else. For the only table whose arms may differ in optimizer steps.
    """
    config = {**config, "recipe": {"optimizer": "adamw", "schedule": "constant", "weight_decay": 0.0}}
    per_epoch = max(1, len(pool[1]) // config["batch_size"])
    ends = sorted(set(epochs))
    stages = []
    for start, end in pairwise([0, *ends]):
        n = intervals(end - start, LOG_POINTS)
        stages.append(Stage(0, per_epoch * start, n, per_epoch * (end - start) // n, reset_optimizer=start == 0))
    last_intervals = [*accumulate(stage.intervals for stage in stages)]
    _, progress = _train(
        config,
        [pool],
        stages,
        n_outputs,
        "labels",
        seed,
        checkpoint,
        schedule_steps=per_epoch * ends[-1],
        keep=last_intervals,
    )
    build, models = _builder(config, pool, n_outputs), {}
    for end, interval in zip(ends, last_intervals, strict=True):
        models[end] = build()
        models[end].set_weights(progress.weights[interval])
    return models


def intervals(steps: int, at_most: int) -> int:
    """The largest number of equal intervals, at most `at_most`, into which the steps divide."""
    return max(n for n in range(1, min(at_most, steps) + 1) if steps % n == 0)


def _train(
    config: Mapping[str, Any],
    pools: Sequence[Pool],
    stages: Sequence[Stage],
    n_outputs: int,
    targets: Targets,
    seed: int,
    checkpoint: Checkpoint | None,
    schedule_steps: int,
    keep: Sequence[int] = (),
) -> tuple[keras.Model, Progress]:
    """Runs the stages with a learning rate schedule of `schedule_steps`; keeps the weights after the intervals `keep`,
    counted from 1."""
    make_reproducible(seed)
    recipe = Recipe(**config.get("recipe", {}))
    build = _builder(config, pools[0], n_outputs)
    pools, in_units = _prepared(pools, n_outputs, targets)
    rate = config["learning_rate"]
    compiler = partial(compile_network, recipe=recipe, learning_rate=rate, steps=schedule_steps, targets=targets)
    key = _compiled_key(config, [pools[0][0].shape[1:], n_outputs, targets, schedule_steps])
    run = _fingerprint(config, pools, stages, targets, seed) if checkpoint else ""
    model = build()
    adapt_layers(model, pools[0][0])

    def build_trained() -> keras.Model:
        with dtype_scope(config.get("precision", "float32")):
            return build()

    with compiled_like(model, key, build_trained, compiler) as compiled:
        network, total = compiled.network, sum(stage.intervals for stage in stages)
        progress = (checkpoint and checkpoint.restore(compiled.state, run, total)) or Progress()
        callbacks: list[keras.callbacks.Callback] = [
            TerminateOnNonFinite(progress, unit="log interval"),
            HistoryCallback(progress),
            SnapshotCallback(progress, keep, weights=network.get_weights),
        ]
        if progress.epoch:
            log.info("Resuming from log interval %d/%d.", progress.epoch, total)
        if checkpoint:
            saving = CheckpointCallback(checkpoint, compiled.state, run, progress, total, seconds=CHECKPOINT_SECONDS)
            callbacks.append(saving)
        end = 0
        for place, stage in enumerate(stages):
            done, end = progress.epoch - end, end + stage.intervals
            if done == stage.intervals:
                # The checkpoint precedes the end of Keras' `fit`, which replaces the weights by their moving average.
                network.optimizer.finalize_variable_values(network.trainable_variables)
            if done >= stage.intervals:
                continue
            if stage.reset_optimizer and not done:
                compiled.reset_optimizer()
            batches = Batches(
                dict(zip(("images", "labels"), pools[stage.pool], strict=True)),
                batch_size=config["batch_size"],
                steps=stage.steps,
                seed=seed,
                first_step=stage.first_step + done * stage.steps,
                as_pair=True,
                augmentation=recipe.augmentation,
            )
            with part(place, len(stages), f"stage {place + 1} of {len(stages)}" if len(stages) > 1 else ""):
                fit_batches(network, batches, epochs=stage.intervals, initial_epoch=done, callbacks=callbacks)
    if in_units:
        model = in_units(model)
    return _averaging_mirrored(model) if recipe.average_mirrored else model, progress


def _compiled_key(config: Mapping[str, Any], others: Sequence[Any]) -> str:
    """Identifies a compiled network: by its configuration, but for what happens outside its training step."""
    recipe = {k: v for k, v in config.get("recipe", {}).items() if k not in ("augmentation", "average_mirrored")}
    compiled = {k: v for k, v in config.items() if k not in ("steps", "log_points")} | {"recipe": recipe}
    return json.dumps([compiled, *others], sort_keys=True, default=str)


def _builder(config: Mapping[str, Any], pool: Pool, n_outputs: int) -> Callable[[], keras.Model]:
    target, arguments = arguments_of(config["model"])
    return partial(resolve_target(target), pool[0].shape[1:], n_outputs, **arguments)


def _prepared(
    pools: Sequence[Pool], n_outputs: int, targets: Targets
) -> tuple[list[Pool], Callable[[keras.Model], keras.Model] | None]:
    """Pools as they are trained on, and for values, which get mean 0 and variance 1, a function that restores the units
    of a network trained on them."""
    for _, given in pools:
        expected = (len(given),) if targets == "labels" else (len(given), n_outputs)
        if given.shape != expected or (given.dtype.kind in "iu") != (targets == "labels"):
            raise ValueError(f"{targets} must be of shape {expected}, got {given.dtype} of shape {given.shape}")
    if targets == "labels":
        return [(images, labels.astype(np.int32)) for images, labels in pools], None
    if targets == "probabilities":
        if not all(np.allclose(given.sum(axis=1), 1.0, atol=1e-3) for _, given in pools):
            raise ValueError("probabilities must sum to 1 for each image")
        return [(images, given.astype(np.float32)) for images, given in pools], None
    values = np.concatenate([values for _, values in pools])
    mean, deviation = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)

    def in_units(network: keras.Model) -> keras.Model:
        denormalized = layers.Normalization(mean=mean, variance=deviation**2, invert=True)(network.output)
        return keras.Model(network.input, denormalized, name=network.name)

    return [(images, ((values - mean) / deviation).astype(np.float32)) for images, values in pools], in_units


def _averaging_mirrored(network: keras.Model) -> keras.Model:
    """A network that returns the mean outputs of `network` for an image and its mirror image."""
    inputs = layers.Input(network.input_shape[1:])
    return keras.Model(inputs, (network(inputs) + network(ops.flip(inputs, axis=2))) / 2.0, name=network.name)


def _fingerprint(
    config: Mapping[str, Any], pools: Sequence[Pool], stages: Sequence[Stage], targets: Targets, seed: int
) -> str:
    arrays = {f"{name}_{i}": array for i, pool in enumerate(pools) for name, array in zip("xy", pool, strict=True)}
    description = {
        "config": config,
        "stages": stages,
        "targets": targets,
        "seed": seed,
        "code": code_digests(fit, [config]),
    }
    return fingerprint(description, arrays)
