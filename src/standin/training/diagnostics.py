"""Diagnosis of failing generative models from losses and snapshots: mode collapse, a dead generator, a saturated
discriminator.

Diversity and change of snapshots are mean distances between images, in units of the mean distance between two real
images. In successful training runs (digits, MNIST, CIFAR-10, galaxies), final diversity was between .57 (`vae` on
MNIST, whose images are softer than real ones) and 1.04; no snapshot's diversity fell to half of an earlier one; early
snapshots started as low as .11. Their discriminators ended with D(x) of at most .85 and D(G(z)) of at least .14.
Consecutive snapshots from fixed latents differed by .05 to .78: a generator whose gradient is zero (dead ReLUs,
saturated outputs) repeats the same images. Without snapshots (`snapshot_epochs: []`), collapse and dead generators are
not detected. The outputs of a Wasserstein critic are not probabilities, so they are not checked for saturation.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

COLLAPSED = 0.3
"""A model whose final diversity is lower has collapsed."""
FALLEN = 0.5
"""A model has collapsed if its diversity is below this proportion of its highest earlier diversity (at most 1)."""
STILL = 1e-3
"""A generator is dead if snapshots change less: on MNIST, by one gray level in one pixel in a hundred."""
SURE, EPOCHS = 0.01, 3
"""A discriminator is saturated when its outputs are this close to 0 and 1 for this many consecutive epochs."""
DISCRIMINATOR = ("discriminator_on_real", "discriminator_on_generated")
"""Logs of adversarial models (`standin.models.losses`): mean D(x) and mean D(G(z))."""


class Diagnosis(NamedTuple):
    """One problem of a training run.

    Attributes:
        epoch: in which it began.
        problem: `mode collapse`, `dead generator` or `saturated discriminator`.
        value: the measurement that shows it.
        message: one sentence.
    """

    epoch: int
    problem: str
    value: float
    message: str


class SnapshotStats(NamedTuple):
    """Two measurements of a snapshot, in units of the mean distance between two real images.

    Attributes:
        diversity: mean distance between two of its images; 0 if all are equal.
        change: mean distance from the images of the previous snapshot with the same latents; None for the first.
    """

    diversity: float
    change: float | None = None


def diagnose(
    history: Mapping[str, Sequence[float]], by_epoch: Mapping[int, SnapshotStats], last: int
) -> list[Diagnosis]:
    """The problems of a training run so far, each reported once, for the epoch in which it began.

    Args:
        history: name -> value by epoch, with `epoch`.
        by_epoch: epoch -> measurements of its snapshot.
        last: the final epoch of the training run.
    """
    problems = [_collapsed(by_epoch, last), _dead(by_epoch), _saturated(history)]
    return sorted(problem for problem in problems if problem)


def snapshot_stats(snapshots: Mapping[int, np.ndarray], real: np.ndarray) -> dict[int, SnapshotStats]:
    """Epoch -> measurements of its snapshot (n, height, width, channels); the unit is computed from n random images of
    `real` (m, height, width, channels), which have the same dtype."""
    n = min(len(real), max(map(len, snapshots.values()), default=0))
    if n < 2:
        return {}
    chosen = np.random.default_rng(0).choice(len(real), n, replace=False)
    unit = max(_mean_distance(real[np.sort(chosen)]), 1e-12)
    stats: dict[int, SnapshotStats] = {}
    previous: np.ndarray | None = None
    for epoch, images in sorted(snapshots.items()):
        change = None if previous is None else _mean_change(previous, images) / unit
        stats[epoch], previous = SnapshotStats(_mean_distance(images) / unit, change), images
    return stats


def _dead(by_epoch: Mapping[int, SnapshotStats]) -> Diagnosis | None:
    for before, epoch in pairwise(sorted(by_epoch)):
        change = by_epoch[epoch].change
        if change is not None and change < STILL:
            message = (
                f"epoch {epoch}: samples from fixed noise have not changed since epoch {before} (by {change:.2g} of "
                "the distance between two real images): the generator is dead"
            )
            return Diagnosis(epoch, "dead generator", change, message)
    return None


def _collapsed(by_epoch: Mapping[int, SnapshotStats], last: int) -> Diagnosis | None:
    best = 0.0
    for epoch, (diversity, _) in sorted(by_epoch.items()):
        fallen = diversity < FALLEN * min(best, 1.0)
        if fallen or (epoch == last and diversity < COLLAPSED):
            before = f", {best:.2f} before" if fallen else ""
            message = (
                f"epoch {epoch}: diversity of generated images is {diversity:.2f} (real images: 1{before}): the "
                "generator makes few different images"
            )
            return Diagnosis(epoch, "mode collapse", diversity, message)
        best = max(best, diversity)
    return None


def _saturated(history: Mapping[str, Sequence[float]]) -> Diagnosis | None:
    if not set(DISCRIMINATOR) <= history.keys():
        return None
    real, generated = (np.asarray(history[name]) for name in DISCRIMINATOR)
    sure = (real > 1 - SURE) & (generated < SURE)
    if len(sure) < EPOCHS:
        return None
    consecutive = np.convolve(sure, np.ones(EPOCHS), "valid") == EPOCHS
    if not consecutive.any():
        return None
    index = int(consecutive.argmax()) + EPOCHS - 1
    epoch = int(history["epoch"][index])
    message = (
        f"epoch {epoch}: discriminator saturated for {EPOCHS} consecutive epochs (D(x) {real[index]:.3f}, D(G(z)) "
        f"{generated[index]:.3f}): generator gradients vanish"
    )
    return Diagnosis(epoch, "saturated discriminator", float(generated[index]), message)


def _mean_change(before: np.ndarray, after: np.ndarray) -> float:
    difference = after.reshape(len(after), -1).astype(np.float64) - before.reshape(len(before), -1)
    return float(np.sqrt((difference**2).sum(axis=1)).mean())


def _mean_distance(images: np.ndarray) -> float:
    if len(images) < 2:
        return 0.0
    flat = images.reshape(len(images), -1).astype(np.float64)
    squares = (flat**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * flat @ flat.T, 0.0))
    np.fill_diagonal(distances, 0.0)
    return float(distances.sum() / (len(flat) * (len(flat) - 1)))
