"""Real images with their true labels."""

from dataclasses import replace

from standin.training.pools.pool import Arrays, TrainingPool, labeled_images, provenance


def real(train: Arrays) -> TrainingPool:
    """All real images, or those of the label budget."""
    return TrainingPool([labeled_images(train)], provenance(real=train), len(train["class_names"]))


def real_unaugmented(train: Arrays) -> TrainingPool:
    """The images of `real`, without augmentation."""
    return replace(real(train), augmented=False)


def real_longer(train: Arrays) -> TrainingPool:
    """The images of `real`, for twice the steps."""
    return replace(real(train), length=2.0)
