"""Nodes that train inexpensive classifiers on the pixels of real and of generated images."""

from collections.abc import Sequence

import pandas as pd

from standin.core.leakage import assert_unseen, seen_arrays
from standin.core.types import Arrays
from standin.data.split import draw_images
from standin.models.pixel_classifiers import accuracy_on_pixels
from standin.pipelines.evaluation.nodes import stages_of

SEED = 12
"""Of the draw of real images."""


def evaluate_pixel_classifiers_on_real(
    pixel_classifiers: Sequence[str], pixel_images: int, train: Arrays, test: Arrays, provenance: Arrays
) -> pd.DataFrame:
    """Accuracy on test images of classifiers of the pixels of real images.

    Args:
        pixel_classifiers: keys of `standin.models.pixel_classifiers.PIXEL_CLASSIFIERS`.
        pixel_images: largest number of training images; they are drawn at random if there are more.
        provenance: of arm real.

    Returns:
        `classifier`, `images` (their number), `real` (the accuracy).

    Raises:
        LeakError: a stage upstream of arm real saw a test image.
    """
    assert_unseen(test, "test", seen_arrays(provenance), stages_of(provenance))
    return _on_real(pixel_classifiers, min(pixel_images, len(train["labels"])), train, test)


def evaluate_pixel_classifiers(
    pixel_classifiers: Sequence[str],
    real_pixel_scores: pd.DataFrame,
    train: Arrays,
    test: Arrays,
    labeled_synthetic: Arrays,
    provenance: Arrays,
    *,
    generative_model: str,
    amount: int | None,
) -> pd.DataFrame:
    """Accuracy on test images of classifiers of the pixels of generated images, and of as many real ones.

    Args:
        pixel_classifiers: as of `evaluate_pixel_classifiers_on_real`.
        real_pixel_scores: what that returned. It is computed again only if there are fewer generated images.
        provenance: of the arm with generated images only.
        amount: number of generated images of that arm; None: as many as real training images. The first ones are used.

    Returns:
        `classifier`, `generative_model`, `images`, `real`, `synthetic` (accuracies).

    Raises:
        LeakError: a stage upstream of the arm saw a test image.
    """
    assert_unseen(test, "test", seen_arrays(provenance), stages_of(provenance))
    available = min(amount or int(labeled_synthetic["n_train"]), len(labeled_synthetic["labels"]))
    n = min(available, int(real_pixel_scores["images"].iloc[0]))
    real = real_pixel_scores
    if n < real["images"].iloc[0]:
        real = _on_real(pixel_classifiers, n, train, test)
    pool = (labeled_synthetic["images"][:n], labeled_synthetic["labels"][:n])
    accuracies = accuracy_on_pixels(pixel_classifiers, pool, (test["images"], test["labels"]))
    table = real.assign(generative_model=generative_model, synthetic=accuracies)
    return table[["classifier", "generative_model", "images", "real", "synthetic"]]


def _on_real(names: Sequence[str], n: int, train: Arrays, test: Arrays) -> pd.DataFrame:
    drawn = draw_images({name: train[name] for name in ("images", "labels")}, n, SEED)
    accuracies = accuracy_on_pixels(names, (drawn["images"], drawn["labels"]), (test["images"], test["labels"]))
    return pd.DataFrame({"classifier": list(names), "images": n, "real": accuracies})
