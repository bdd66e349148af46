"""Real and generated images together."""

from dataclasses import replace

from standin.training.pools.pool import Arrays, TrainingPool, available, joined, labeled_images, provenance


def mixed(train: Arrays, labeled_synthetic: Arrays, amount: float = 1.0) -> TrainingPool:
    """All real images and the first `amount` generated ones for each real one."""
    n = available("mixed", round(amount * len(train["labels"])), labeled_synthetic)
    pool = joined(labeled_images(train), labeled_images(labeled_synthetic, n))
    return TrainingPool([pool], provenance(train, labeled_synthetic, n), len(train["class_names"]))


def mixed_as_chosen(train: Arrays, labeled_synthetic: Arrays, of_mixed: Arrays) -> TrainingPool:
    """The pool of arm `mixed`, whose provenance `of_mixed` tells how many generated images were chosen."""
    return mixed(train, labeled_synthetic, int(of_mixed["n_synthetic"]) / len(train["labels"]))


def mixed_equal_exposure(train: Arrays, labeled_synthetic: Arrays, of_mixed: Arrays) -> TrainingPool:
    """The pool of arm `mixed`, for as many more steps as it has more images than `real`: each real image is shown as
    often as there.

    Args:
        of_mixed: provenance of arm `mixed`.
    """
    pool = mixed_as_chosen(train, labeled_synthetic, of_mixed)
    return replace(pool, length=len(pool.pools[0][1]) / len(train["labels"]))
