"""The node that shows on the data set's own images whether the memorization test works: its positive controls."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from standin.core.images import stored, to_float
from standin.experiments.amounts import n_images_needed
from standin.io.large_arrays import collect, gather
from standin.metrics.membership import membership_by_space
from standin.pipelines.references.memorization import distances_to

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
SHARES = (0.02, 0.05, 0.1, 0.7)
"""Proportions of exact copies in the mixtures."""
JITTER = 0.25
"""Standard deviation of the noise on jittered copies, pixels in [-1, 1]."""
SEED = 7


def check_memorization_controls(
    feature_extractor: KerasModel,
    second_feature_extractor: KerasModel,
    train: Arrays,
    test: Arrays,
    reference_memorization: Arrays,
    n_synthetic: list[int | None],
    synthetic_ratio: Any,
) -> pd.DataFrame:
    """Applies the memorization test to images of known origin, in the place of generated ones.

    Args:
        reference_memorization: of `extract_memorization_features`.
        n_synthetic, synthetic_ratio: how many images a model generates; except for held-out ones, as many are used.

    Returns:
        One row for each control: `control`, `memorized` (whether it contains training images), `detected`, and `auc`
        and `tpr` of the feature space with the clearest result.
    """
    n, rows = n_images_needed(n_synthetic, synthetic_ratio, len(train["labels"])), []
    for control, memorized, images in _controls(train, test, n):
        distances = distances_to(images, feature_extractor, second_feature_extractor, reference_memorization)
        held_out = distances["held_out"]
        if images is test["images"]:  # a held-out image is no nearest image of itself
            held_out = {space: values[~reference_memorization["is_test"]] for space, values in held_out.items()}
        tested = membership_by_space(distances["members"], held_out)
        clearest = min(tested.values(), key=lambda found: (not found.detected, min(found.auc_p, found.tpr_p)))
        rows.append((control, memorized, clearest.detected, clearest.auc, clearest.tpr))
    return pd.DataFrame(rows, columns=["control", "memorized", "detected", "auc", "tpr"])


def _controls(train: Arrays, test: Arrays, n: int) -> Iterator[tuple[str, bool, np.ndarray]]:
    """Name, whether it contains training images, and images: `n`, or all test images."""
    rng, images = np.random.default_rng(SEED), train["images"]
    yield "held-out real images", False, test["images"]
    gaussian = _class_gaussian(train, n)
    yield "class_gaussian", False, gaussian
    repeated = gather(images, rng.integers(0, len(images), n))
    for share in SHARES:
        mixture, copied = gaussian.copy(), rng.permutation(n)[: round(share * n)]
        mixture[copied] = repeated[copied]
        yield f"class_gaussian with {share:.0%} copies", True, mixture
    noisy = to_float(repeated) + rng.normal(0, JITTER, repeated.shape).astype(np.float32)
    yield f"training images with noise of {JITTER:g}", True, stored(noisy.clip(-1, 1), images.dtype)


def _class_gaussian(train: Arrays, n: int) -> np.ndarray:
    """`n` images by one Gaussian per class, which cannot copy."""
    from standin.models.class_gaussian import ClassGaussian

    images, labels = train["images"], train["labels"]
    model = ClassGaussian(images.shape[1:], len(train["class_names"]), seed=SEED)
    model.adapt(images, labels)
    chunks = (stored(chunk, images.dtype) for chunk in model.sample(n, SEED, np.resize(labels, n)))
    return collect(chunks, (n, *images.shape[1:]), images.dtype)
