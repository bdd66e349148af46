"""Vendi score: the effective number of different images (Friedman and Dieng 2023)."""

import numpy as np

from standin.metrics.registry import metric


@metric(
    "vendi_score",
    label="Vendi score",
    group="fidelity",
    better="higher",
    reference="Friedman and Dieng 2023, The Vendi Score",
    explanation="effective number of different kinds of images, by the cosine similarity of features, 1 where all are "
    "alike: it reads no labels, so that wrong ones do not raise it",
)
def vendi_score(generated: np.ndarray) -> float:
    """The exponential of the entropy of the eigenvalues of the matrix of similarities, divided by n: 1 to min(n, d).
    The eigenvalues are those of the smaller matrix of second moments of the features (n, d), scaled to norm 1."""
    unit = generated / np.linalg.norm(generated, axis=1, keepdims=True).clip(min=1e-12)
    eigenvalues = np.linalg.eigvalsh(unit.T.astype(float) @ unit / len(unit)).clip(min=1e-12)
    return float(np.exp(-np.sum(eigenvalues * np.log(eigenvalues))))
