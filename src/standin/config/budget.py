"""Training steps for images from files, scaled with the number and the size of the images.

The default numbers of steps fit MNIST. A data set from files that sets neither `steps` nor `batch_size` gets others
(docs/decisions/0034).
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from standin.core.paths import with_absolute_paths
from standin.data.registry import FILE_LOADERS
from standin.models.stride import stride_of

EPOCHS = 12
"""Passes over the training images that a classifier may take."""
LOG_POINTS = 20
"""Points of a training curve; steps are a multiple."""
PIXELS = 2.6e7
"""Grid points of training images per classifier: a quarter of a minute on two cores of a CPU with AVX-512 and bfloat16;
three times as many for gray images."""
SMALL_SIDE = 12
"""Networks on images of at most this side are trained in small batches."""
LEAST_REFERENCE_STEPS = 60
BUDGETED = ("classifier", "second_classifier", "pseudo_labeler", "oracle", "feature_extractor")
"""Networks whose steps are scaled."""


class Budget(NamedTuple):
    """Steps and batch sizes.

    Attributes:
        classifier: of the arms' classifiers.
        reference: of all other networks.
    """

    classifier: dict[str, int]
    reference: dict[str, int]


def budget(n_train: int, shape: tuple[int, int, int]) -> Budget:
    """Small images are shown a dozen times, large ones until the budget is spent; reference models take half the steps.

    Args:
        n_train: number of training images.
        shape: (height, width, channels).
    """
    height, width, channels = shape
    batch = 64 if min(height, width) <= SMALL_SIDE or n_train < 2000 else 128
    grid = height * width / stride_of(shape, None) ** 2
    steps = min(EPOCHS * n_train, PIXELS * (3 if channels == 1 else 1) / grid) / batch
    steps = LOG_POINTS * max(3, round(steps / LOG_POINTS))
    reference = max(LEAST_REFERENCE_STEPS, steps // 2)
    return Budget({"steps": steps, "batch_size": batch}, {"steps": reference, "batch_size": batch})


def with_budget(entry: Mapping[str, Any], given: Collection[str], project_path: Path) -> dict[str, Any]:
    """Complete parameters of a data set, with steps that are scaled with its images, if these can be counted.

    Args:
        entry: the parameters.
        given: names of networks that keep theirs, since the configuration sets them.
        project_path: folder to which a relative path of the source refers.
    """
    roles = [role for role in BUDGETED if role not in given and entry[role] is not None]
    if not roles or entry["source"]["_target_"] not in FILE_LOADERS:
        return dict(entry)
    from standin.data.survey import survey  # the readers of images take 0.1 s to import

    found = survey(with_absolute_paths(entry["source"], project_path))
    if found is None:
        return dict(entry)
    limit = entry["n_real"] if isinstance(entry["n_real"], int) else found.n_train
    suited = budget(min(found.n_train, limit), found.shape)
    return dict(entry) | {
        role: entry[role] | (suited.classifier if role == "classifier" else suited.reference) for role in roles
    }
