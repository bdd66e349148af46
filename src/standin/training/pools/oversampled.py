"""Real images, some repeated to replace withheld ones."""

from standin.data.subset import indices_like_withheld
from standin.io.large_arrays import gather
from standin.training.pools.pool import Arrays, TrainingPool, joined, labeled_images, provenance


def oversampled(train: Arrays) -> TrainingPool:
    """All real images, and others of the same class repeated for the withheld ones: the baseline of imputation, without
    a generative model."""
    indices = indices_like_withheld(train)
    pool = joined(labeled_images(train), (gather(train["images"], indices), train["labels"][indices]))
    return TrainingPool([pool], provenance(real=train), len(train["class_names"]))
