"""Parameters of a comparison: the defaults, with networks and budgets that suit the images."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from standin.config.budget import SMALL_SIDE, budget
from standin.config.defaults import complete
from standin.core.errors import InputError
from standin.core.mappings import overlay

DATA_SET = "data"
"""Name of the real data set in tables; within a comparison there is only one."""


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
    """Networks and steps by the size of the images. Up to `SMALL_SIDE`, a network without global pooling is more
    accurate (docs/decisions/0025)."""
    suited = budget(n_train, shape)
    fast: dict[str, Any] = dict(suited.classifier)
    roles: dict[str, Any] = {
        "classifier": fast,
        "second_classifier": dict(suited.reference),
        "pseudo_labeler": dict(suited.reference),
        "oracle": dict(suited.reference),
        "feature_extractor": dict(suited.reference),
    }
    if min(shape[:2]) <= SMALL_SIDE:
        cnn = {"_target_": "standin.models.cnn.cnn", "widths": [16, 32, 64]}
        fast["model"] = cnn
        roles["pseudo_labeler"]["model"] = {**cnn, "standardize": True}
        roles["feature_extractor"]["model"] = {"widths": [16, 32, 64]}
        roles["augmentation"] = None
    return roles
