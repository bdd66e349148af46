"""Training and use of classifiers: every arm goes through this one function, so that arms differ in their rows alone.

A fixed number of optimizer steps whatever the number of rows, AdamW with a cosine schedule down to zero, no early
stopping, the last weights.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import accumulate, pairwise
from types import MappingProxyType
from typing import Any, NamedTuple

import keras
import numpy as np

from standin.core.code_digest import code_digests
from standin.core.images import to_float
from standin.core.instantiate import resolve_target
from standin.training import backend
from standin.training.backend import make_reproducible
from standin.training.batches import Batches, fit
from standin.training.checkpoint import Checkpoint, fingerprint
from standin.training.optimizers import adam
from standin.training.points import Points, intervals

PREDICTION_BATCH = 1000
WORTH_COMPILING = 5000
"""Images from which a network is compiled to be shown them: it takes as long as to show it some thousands."""
POINTS = 20
"""Of a training, at most."""
FEATURES = "features"
"""The name of a classifier's last hidden layer."""

MOST_KEPT = 4
_KEPT: dict[str, tuple[keras.Model, list[keras.Variable]]] = {}
"""Compiled networks that are waiting to be trained again, by their kind."""

Pool = tuple[np.ndarray, np.ndarray]
"""Images (n, height, width, channels), uint8 or float32, and labels (n,) integers in [0, n_classes)."""


class TrainedClassifier(NamedTuple):
    """A classifier and how its training went.

    Attributes:
        model: images (n, height, width, channels) in [-1, 1] -> logits (n, n_classes).
        curve: `step`, `loss`, `accuracy` on the training batches since the point before.
    """

    model: keras.Model
    curve: dict[str, list[Any]]


def train_classifier(
    target: str,
    pools: Sequence[Pool],
    n_classes: int,
    *,
    steps: int,
    batch_size: int,
    learning_rate: float,
    seed: int,
    log_points: int = POINTS,
    augmentation: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] = MappingProxyType({}),
    checkpoint: Checkpoint | None = None,
) -> TrainedClassifier:
    """Trains the classifier that `target` names.

    Args:
        target: dotted name of a function (image_shape, n_classes, **arguments) -> Keras model giving logits.
        pools: the rows to train on; with several, one after the other, an equal share of the steps each, with a fresh
            optimizer.
        n_classes: how many classes.
        steps: optimizer steps in all.
        batch_size: rows a step.
        learning_rate: at the start of each pool's schedule.
        seed: of initial weights, dropout, the order of rows and augmentation.
        log_points: how many points the curve has for each pool, at most.
        augmentation: arguments of `standin.training.augmentation.augment`, or None.
        arguments: what else the function is given.
        checkpoint: where to keep the state, at points of the curve; training goes on from there. It stays: who has kept
            the classifier clears it.
    """
    make_reproducible(seed)
    shape = pools[0][0].shape[1:]
    build = partial(resolve_target(target), shape, n_classes, **arguments)
    model = build()
    share = steps // len(pools)
    points = intervals(share, log_points)
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, share)
    kind = repr((target, shape, n_classes, sorted(arguments.items()), batch_size, learning_rate, share))
    run = _run(target, pools, [kind, seed, points, augmentation]) if checkpoint else ""
    with _compiled(model, build, schedule, kind) as (network, variables):
        record = Points(checkpoint, [*variables, *network.optimizer.variables], run, points * len(pools))
        for number, pool in enumerate(pools):
            begun = record.done - number * points
            if begun >= points:
                continue
            if not begun:
                for variable in network.optimizer.variables:
                    variable.assign(keras.ops.zeros(variable.shape, variable.dtype))
            a_point = share // points
            batches = _batches(pool, batch_size, a_point, seed, augmentation, first_step=begun * a_point)
            fit(network, batches, epochs=points, initial_epoch=begun, callbacks=[record])
    step = [(i + 1) * (share // points) for i in range(points)]
    in_all = [number * share + each for number in range(len(pools)) for each in step]
    return TrainedClassifier(
        model, {"step": in_all, "loss": record.curve["loss"], "accuracy": record.curve["accuracy"]}
    )


def train_by_epochs(
    target: str,
    pool: Pool,
    n_classes: int,
    *,
    epochs: Sequence[int],
    batch_size: int,
    learning_rate: float,
    seed: int,
    arguments: Mapping[str, Any] = MappingProxyType({}),
    checkpoint: Checkpoint | None = None,
) -> dict[int, keras.Model]:
    """One classifier as it was after each of these epochs: passes over its rows, at a constant learning rate.

    Everything else is as for `train_classifier`. For the one table whose arms may differ in optimizer steps.
    """
    make_reproducible(seed)
    build = resolve_target(target)
    model, variables = _compile(build(pool[0].shape[1:], n_classes, **arguments), learning_rate)
    steps, stages = max(1, len(pool[1]) // batch_size), sorted(set(epochs))
    points = [intervals(until - since, POINTS) for since, until in pairwise([0, *stages])]
    ends = list(accumulate(points))
    settings = [n_classes, stages, batch_size, learning_rate, seed, sorted(arguments.items())]
    run = _run(target, [pool], settings) if checkpoint else ""
    record = Points(checkpoint, [*variables, *model.optimizer.variables], run, ends[-1], keep_weights=ends)
    for since, until, n, end in zip([0, *stages], stages, points, ends, strict=False):
        if record.done < end:
            begun, a_point = record.done - (end - n), steps * (until - since) // n
            batches = _batches(pool, batch_size, a_point, seed, None, first_step=steps * since + begun * a_point)
            fit(model, batches, epochs=n, initial_epoch=begun, callbacks=[record])
    kept = {}
    for until, end in zip(stages, ends, strict=True):
        kept[until] = build(pool[0].shape[1:], n_classes, **arguments)
        kept[until].set_weights(record.weights[end])
    return kept


def predict(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, n_classes) float32 probabilities of images as they are stored, in inference mode."""
    return keras.ops.convert_to_numpy(keras.ops.softmax(outputs_of(model, images)))


def features_of(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, width) float32: what a classifier's last hidden layer makes of images as they are stored."""
    body = keras.Model(model.input, model.get_layer(FEATURES).output)
    return outputs_of(body, images)


def outputs_of(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """(n, width) float32: what a network makes of images as they are stored, in inference mode."""
    if len(images) < WORTH_COMPILING:
        return in_chunks(lambda x: model(x, training=False), images)
    return in_chunks(backend.active().compiled(model), images)


def in_chunks(function: Any, images: np.ndarray) -> np.ndarray:
    """`function` of images as networks see them, a chunk at a time, so that memory is bounded."""
    starts = range(0, len(images), PREDICTION_BATCH)
    return np.concatenate(
        [keras.ops.convert_to_numpy(function(to_float(images[i : i + PREDICTION_BATCH]))) for i in starts]
    )


@contextmanager
def _compiled(
    model: keras.Model, build: Callable[[], keras.Model], learning_rate: Any, kind: str
) -> Iterator[tuple[keras.Model, list[keras.Variable]]]:
    """A compiled network to train in the place of `model`, which has learned the same when the block ends; and its
    variables: weights, statistics of batches and states of random generators.

    To compile takes as long as hundreds of steps of a small network, and each arm of a data set trains the same one
    from other weights: those that were compiled last are kept. Whoever trains one has it alone.

    Args:
        build: gives another of its kind.
        kind: all that the compiled step depends on.
    """
    kept = _KEPT.pop(kind, None)
    network, variables = kept or _compile(build(), learning_rate)
    own = list(model.variables)
    _assign(variables, own)
    yield network, variables
    _assign(own, variables)
    _KEPT[kind] = network, variables
    for oldest in list(_KEPT)[:-MOST_KEPT]:
        _KEPT.pop(oldest, None)


def _compile(network: keras.Model, learning_rate: Any) -> tuple[keras.Model, list[keras.Variable]]:
    """The network, compiled, and its variables."""
    variables = list(network.variables)  # once compiled, it has those of metrics too
    compile_classifier(network, learning_rate)
    network.optimizer.build(network.trainable_variables)  # Keras does so in the first step: too late for a checkpoint
    return network, variables


def _run(target: str, pools: Sequence[Pool], settings: list[Any]) -> str:
    """Identifies a training, `standin.training.checkpoint.fingerprint`."""
    code = code_digests(train_classifier, [{"_target_": target}])
    arrays = {f"{name}_{i}": array for i, pool in enumerate(pools) for name, array in zip("xy", pool, strict=True)}
    return fingerprint({"settings": settings, "code": code}, arrays)


def _assign(variables: Sequence[keras.Variable], values: Sequence[keras.Variable]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value.value)


def compile_classifier(model: keras.Model, learning_rate: Any) -> None:
    """AdamW and cross-entropy; the learning rate is a number or one of Keras' schedules."""
    model.compile(
        optimizer=adam(learning_rate, weight_decay=1e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        jit_compile=keras.backend.backend() == "jax",
    )


def _batches(
    pool: Pool,
    batch_size: int,
    steps: int,
    seed: int,
    augmentation: Mapping[str, Any] | None,
    first_step: int = 0,
) -> Batches:
    return Batches(
        {"images": pool[0], "labels": pool[1].astype(np.int32)},
        batch_size=batch_size,
        steps=steps,
        seed=seed,
        first_step=first_step,
        as_pair=True,
        augmentation=augmentation,
    )
