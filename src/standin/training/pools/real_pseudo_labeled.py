"""Real images with the labels of pseudo-labelers that did not see them."""

from standin.training.pools.pool import Arrays, TrainingPool, provenance, pseudo_labeled


def real_pseudo_labeled(train: Arrays, cross_fitted_labels: Arrays) -> TrainingPool:
    """All real images with their most probable class."""
    pool = train["images"], cross_fitted_labels["probabilities"].argmax(axis=1)
    origin = pseudo_labeled(provenance(real=train), cross_fitted_labels)
    return TrainingPool([pool], origin, len(train["class_names"]))


def real_soft(train: Arrays, cross_fitted_labels: Arrays) -> TrainingPool:
    """All real images with the probabilities of their classes."""
    pool = train["images"], cross_fitted_labels["probabilities"]
    origin = pseudo_labeled(provenance(real=train), cross_fitted_labels)
    return TrainingPool([pool], origin, len(train["class_names"]), targets="probabilities")
