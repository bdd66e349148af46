"""Generated images first, then real ones."""

from standin.training.pools.pool import Arrays, TrainingPool, available, labeled_images, provenance


def synthetic_then_real(train: Arrays, labeled_synthetic: Arrays, amount: int | None = None) -> TrainingPool:
    """Half of the steps on the first `amount` generated images (None: as many as real ones), then half on all real
    images."""
    n = available("synthetic_then_real", amount or int(labeled_synthetic["n_train"]), labeled_synthetic)
    pools = [labeled_images(labeled_synthetic, n), labeled_images(train)]
    return TrainingPool(pools, provenance(train, labeled_synthetic, n), len(train["class_names"]))
