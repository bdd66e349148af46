"""How far the class frequencies of generated images are from those of real images."""

import numpy as np

from standin.metrics.registry import metric


@metric(
    "label_tv_distance",
    group="class_proportions",
    better="lower",
    symmetric=True,
    reference="total variation distance between the class frequencies",
    explanation="proportion of generated images that would need another class for the class frequencies to be those of "
    "real images",
)
def label_tv_distance(generated_labels: np.ndarray, real_labels: np.ndarray, n_classes: int) -> float:
    """Total variation distance between the frequencies of labels, (n,) and (m,): 0 where they agree, 1 where no class
    is in both."""
    generated, real = (
        np.bincount(labels, minlength=n_classes) / len(labels) for labels in (generated_labels, real_labels)
    )
    return float(np.abs(generated - real).sum() / 2)
