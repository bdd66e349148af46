"""Real images with their true labels."""

from collections.abc import Mapping
from typing import Any

from standin.training.pools.pool import Arrays, TrainingPool, labeled_images, provenance


def real(train: Arrays) -> TrainingPool:
    """All real images, or those of the label budget."""
    return TrainingPool([labeled_images(train)], provenance(real=train), len(train["class_names"]))


def real_augmented(train: Arrays, augmentation: Mapping[str, Any]) -> TrainingPool:
    """All real images, with the data set's augmentation, which preserves classes."""
    return TrainingPool([labeled_images(train)], provenance(real=train), len(train["class_names"]), augmentation)
