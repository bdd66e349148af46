"""Real images, and generated ones that replace withheld ones."""

from standin.data.subset import imputed_images
from standin.training.pools.pool import Arrays, TrainingPool, joined, labeled_images, provenance


def imputed(train: Arrays, labeled_synthetic: Arrays) -> TrainingPool:
    """All real images and, for each withheld one, a generated one of its class: sampled by a conditional model, or
    assigned to that class by the pseudo-labeler."""
    generated = imputed_images(labeled_synthetic, train["missing"])
    pool = joined(labeled_images(train), labeled_images(generated))
    return TrainingPool([pool], provenance(train, generated, len(generated["labels"])), len(train["class_names"]))
