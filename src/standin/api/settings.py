"""Parameters of a comparison: the defaults, with networks and budgets that suit the images."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from standin.config.defaults import complete
from standin.core.errors import InputError
from standin.core.mappings import overlay
from standin.models.stride import stride_of

DATA_SET = "data"
"""Name of the real data set in tables; within a comparison there is only one."""
SMALL_SIDE = 12
"""Up to this side, a network without global pooling is more accurate (docs/decisions/0025)."""
EPOCHS = 12
"""Passes over the training images that a classifier may take."""
LOG_POINTS = 20
"""Points of a training curve; steps are a multiple."""
PIXELS = 2.6e7
"""Grid points of training images per classifier: a quarter of a minute on two cores of a CPU with AVX-512 and bfloat16;
three times as many for gray images."""


def settings(
    n_train: int,
    shape: tuple[int, int, int],
    sets: Mapping[str, int],
    *,
    seeds: int = 3,
    quick: bool = False,
    title: str = "Comparison",
    made_from: str = "unknown",
    labels_spent: int | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Complete parameters of a comparison.

    Args:
        n_train: number of real training images.
        shape: (height, width, channels) of the images.
        sets: name of the generated images -> number of sets of them.
        seeds: of classifiers.
        quick: see `standin.config.quick`.
        title: of the report.
        made_from, labels_spent: see `standin.config.schema.ImageSet`.
        parameters: override the others, as in a configuration.

    Raises:
        InputError: a parameter is not valid.
    """
    if seeds < 1:
        raise InputError(f"seeds must be at least 1, got {seeds}")
    entry: dict[str, Any] = {
        "title": title,
        "quick": quick,
        "source": {"_target_": "standin.data.images.read_images", "path": "."},
        "generative_models": {
            name: {
                "images": [{"_target_": "standin.data.images.read_images", "path": f"{i}"} for i in range(n)],
                "made_from": made_from if made_from in ("train", "unknown") else "unknown",
                "labels_spent": labels_spent,
            }
            for name, n in sets.items()
        },
        "arms": ["real", "synthetic", "mixed"],
        "classifier_seeds": list(range(seeds)),
        **_networks(n_train, shape),
    }
    return complete({DATA_SET: overlay(entry, parameters or {})}, Path.cwd())[DATA_SET].entry


def _networks(n_train: int, shape: tuple[int, int, int]) -> dict[str, Any]:
    """Networks and steps by the size of the images: small ones are shown a dozen times, large ones until the budget is
    spent."""
    height, width, channels = shape
    small = min(height, width) <= SMALL_SIDE
    batch = 64 if small or n_train < 2000 else 128
    grid = height * width / stride_of(shape, None) ** 2
    steps = min(EPOCHS * n_train, PIXELS * (3 if channels == 1 else 1) / grid) / batch
    steps = LOG_POINTS * max(3, round(steps / LOG_POINTS))
    fast: dict[str, Any] = {"steps": steps, "batch_size": batch}
    reference: dict[str, Any] = {"steps": max(60, steps // 2), "batch_size": batch}
    roles: dict[str, Any] = {
        "classifier": fast,
        "second_classifier": dict(reference),
        "pseudo_labeler": dict(reference),
        "oracle": dict(reference),
        "feature_extractor": dict(reference),
    }
    if small:
        cnn = {"_target_": "standin.models.cnn.cnn", "widths": [16, 32, 64]}
        fast["model"] = cnn
        roles["pseudo_labeler"]["model"] = {**cnn, "standardize": True}
        roles["feature_extractor"]["model"] = {"widths": [16, 32, 64]}
        roles["augmentation"] = None
    return roles
