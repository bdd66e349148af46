"""Generated images with their assigned labels."""

from standin.training.pools.pool import Arrays, TrainingPool, available, labeled_images, provenance


def synthetic(labeled_synthetic: Arrays, amount: int | None = None) -> TrainingPool:
    """The first `amount` generated images; None: as many as real training images."""
    n = available("synthetic", amount or int(labeled_synthetic["n_train"]), labeled_synthetic)
    origin = provenance(synthetic=labeled_synthetic, n_synthetic=n)
    return TrainingPool([labeled_images(labeled_synthetic, n)], origin, len(labeled_synthetic["class_names"]))
