"""How far the classes of generated rows are from those of real rows."""

import numpy as np


def label_tv_distance(generated: np.ndarray, real: np.ndarray, n_classes: int) -> float:
    """Total variation distance between the shares of the classes: the share of generated rows that would have to be of
    another class; 0 where the shares agree, 1 where no class is in both.

    Args:
        generated, real: (n,), (m,) labels in [0, n_classes).
        n_classes: how many there are.
    """
    shares = [np.bincount(labels, minlength=n_classes) / len(labels) for labels in (generated, real)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
