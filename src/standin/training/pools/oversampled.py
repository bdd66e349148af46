"""Real images, some of them repeated in place of withheld ones."""

from standin.data.subset import indices_like_withheld
from standin.io.large_arrays import gather
from standin.training.pools.pool import Arrays, TrainingPool, joined, labeled_images, provenance


def oversampled(train: Arrays) -> TrainingPool:
    """All real images and, in place of the withheld ones, others of their class repeated: what imputation is worth
    without a generative model."""
    indices = indices_like_withheld(train)
    pool = joined(labeled_images(train), (gather(train["images"], indices), train["labels"][indices]))
    return TrainingPool([pool], provenance(real=train), len(train["class_names"]))
