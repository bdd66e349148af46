"""Real and generated images together."""

from standin.training.pools.pool import Arrays, TrainingPool, available, joined, labeled_images, provenance


def mixed(train: Arrays, labeled_synthetic: Arrays, amount: float = 1.0) -> TrainingPool:
    """All real images and the first `amount` generated ones for each real one."""
    n = available("mixed", round(amount * len(train["labels"])), labeled_synthetic)
    pool = joined(labeled_images(train), labeled_images(labeled_synthetic, n))
    return TrainingPool([pool], provenance(train, labeled_synthetic, n), len(train["class_names"]))
