"""What goes wrong in a training without stopping it: a discriminator that wins outright, images that are all alike, and
images that do not change any more.

Images are compared by the mean distance between two of a snapshot, in units of that between two real images. Ends of
trainings that went well lie between .57 (`vae` on MNIST, whose images are softer than real ones) and 1.04, and no
snapshot of any fell by half after it had been higher; early ones start as low as .11. Their discriminators ended with
D(x) of at most .85 and D(G(z)) of at least .14. Of the same latents each of their snapshots drew other images than
the one before, between .05 and .78 away: a generator whose gradient is zero (dead ReLUs, saturated outputs) draws the
same ones for ever. Without snapshots (`snapshot_epochs: []`) neither is looked for. A critic, whose outputs are no
probabilities (`wasserstein`), has no end to what it can win by, and is not asked whether it did.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

COLLAPSED = 0.3
"""Diversity at the end below which images are all alike."""
FALLEN = 0.5
"""Share of the highest diversity before, or of 1 where that was higher, below which it has fallen."""
STILL = 1e-3
"""Change since the snapshot before below which images stay as they are: on MNIST, that of one pixel in a hundred by one
level of brightness."""
SURE, EPOCHS = 0.01, 3
"""How near to 0 and 1 a discriminator's outputs are in so many epochs on end where it wins outright."""
DISCRIMINATOR = ("discriminator_on_real", "discriminator_on_generated")
"""What adversarial models log of it (`standin.models.losses`)."""


class Diagnosis(NamedTuple):
    """One thing that went wrong.

    Attributes:
        epoch: in which it was noticed.
        what: `mode collapse`, `dead generator` or `discriminator wins`.
        figure: by which it was noticed.
        sentence: the same for a person.
    """

    epoch: int
    what: str
    figure: float
    sentence: str


class SnapshotStats(NamedTuple):
    """A snapshot in two figures, in units of the mean distance between two real images.

    Attributes:
        diversity: the mean distance between two of its images; 0 where all are alike.
        change: the mean distance of its images to those of the snapshot before, of the same latents; None for the
            first.
    """

    diversity: float
    change: float | None = None


def noticed(
    history: Mapping[str, Sequence[float]], by_epoch: Mapping[int, SnapshotStats], last: int
) -> list[Diagnosis]:
    """What went wrong so far, each once, when it began.

    Args:
        history: name -> value by epoch, with `epoch`.
        by_epoch: epoch -> look of its snapshot.
        last: the epoch in which the training is to end.
    """
    found = [_collapse(by_epoch, last), _dead(by_epoch), _won(history)]
    return sorted(each for each in found if each)


def snapshot_stats(snapshots: Mapping[int, np.ndarray], real: np.ndarray) -> dict[int, SnapshotStats]:
    """Epoch -> look of its snapshot.

    Args:
        snapshots: epoch -> (n, height, width, channels).
        real: (m, height, width, channels), stored alike, of which as many are compared.
    """
    rows = min(len(real), max(map(len, snapshots.values()), default=0))
    if rows < 2:
        return {}
    chosen = np.random.default_rng(0).choice(len(real), rows, replace=False)
    floor = max(_mean_distance(real[np.sort(chosen)]), 1e-12)
    found: dict[int, SnapshotStats] = {}
    before: np.ndarray | None = None
    for epoch, images in sorted(snapshots.items()):
        change = None if before is None else _mean_change(before, images) / floor
        found[epoch], before = SnapshotStats(_mean_distance(images) / floor, change), images
    return found


def _dead(by_epoch: Mapping[int, SnapshotStats]) -> Diagnosis | None:
    epochs = sorted(by_epoch)
    for before, epoch in pairwise(epochs):
        change = by_epoch[epoch].change
        if change is not None and change < STILL:
            return Diagnosis(
                epoch,
                "dead generator",
                change,
                f"epoch {epoch}: of the same latents the generator draws the images that it drew in epoch {before} "
                f"(they moved by {change:.2g} of the distance between two real ones): it does not learn any more",
            )
    return None


def _collapse(by_epoch: Mapping[int, SnapshotStats], last: int) -> Diagnosis | None:
    best = 0.0
    for epoch, (found, _) in sorted(by_epoch.items()):
        fallen = found < FALLEN * min(best, 1.0)
        if fallen or (epoch == last and found < COLLAPSED):
            before = f", {best:.2f} before" if fallen else ""
            return Diagnosis(
                epoch,
                "mode collapse",
                found,
                f"epoch {epoch}: generated images differ from one another {found:.2f} times as much as real ones do"
                f"{before}: the model draws few different images, or none",
            )
        best = max(best, found)
    return None


def _won(history: Mapping[str, Sequence[float]]) -> Diagnosis | None:
    if not set(DISCRIMINATOR) <= history.keys():
        return None
    real, generated = (np.asarray(history[name]) for name in DISCRIMINATOR)
    sure = (real > 1 - SURE) & (generated < SURE)
    on_end = np.convolve(sure, np.ones(EPOCHS), "valid") == EPOCHS if len(sure) >= EPOCHS else np.zeros(0)
    if not on_end.any():
        return None
    index = int(on_end.argmax()) + EPOCHS - 1
    epoch = int(history["epoch"][index])
    return Diagnosis(
        epoch,
        "discriminator wins",
        float(generated[index]),
        f"epoch {epoch}: the discriminator tells all images apart (D(x) {real[index]:.3f}, D(G(z)) "
        f"{generated[index]:.3f}, {EPOCHS} epochs on end): the generator learns little from it",
    )


def _mean_change(before: np.ndarray, after: np.ndarray) -> float:
    difference = after.reshape(len(after), -1).astype(np.float64) - before.reshape(len(before), -1)
    return float(np.sqrt((difference**2).sum(axis=1)).mean())


def _mean_distance(images: np.ndarray) -> float:
    if len(images) < 2:
        return 0.0
    rows = images.reshape(len(images), -1).astype(np.float64)
    squares = (rows**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * rows @ rows.T, 0.0))
    np.fill_diagonal(distances, 0.0)
    return float(distances.sum() / (len(rows) * (len(rows) - 1)))
