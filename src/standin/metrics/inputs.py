"""The vocabulary of inputs, which metrics request by the names of their parameters, and the checks of arrays.

Features are arrays (n, d) from any extractor (`standin.training.inference.features_of` for one trained here). Axes of
one name have one length: `generated_labels` has one label for each image of `generated`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from standin.core.errors import TooFewImages

FROM_IMAGES = (
    "standin.evaluate_samples(real, generated) computes metrics from images, "
    "standin.training.inference.features_of(model, images) extracts features"
)


class Input(NamedTuple):
    """One input.

    Attributes:
        meaning: shown in errors.
        axes: names of the axes of an array; None for numbers and names.
        integer: whether it is an array of integers.
    """

    meaning: str
    axes: tuple[str, ...] | None = None
    integer: bool = False


def _per_image(images: str, meaning: str, *axes: str, integer: bool = False) -> Input:
    return Input(meaning, (f"{images} images", *axes), integer)


INPUTS: dict[str, Input] = {
    # --- features, labels and conditions of the same images ---
    "generated": _per_image("generated", "features of generated images", "features"),
    "generated_labels": _per_image("generated", "their labels", integer=True),
    "generated_conditions": _per_image("generated", "the conditions that they were generated for", "conditions"),
    "generated_readings": _per_image("generated", "the conditions that a regressor reads from them", "conditions"),
    "imputed": _per_image("imputed", "features of generated images in the place of withheld ones", "features"),
    "real": _per_image("real", "features of real test images", "features"),
    "real_labels": _per_image("real", "their labels", integer=True),
    "real_conditions": _per_image("real", "their conditions", "conditions"),
    "held_out": _per_image("held-out", "features of further real images that no model was trained on", "features"),
    "training": _per_image("training", "features of images that trained the model, not the extractor", "features"),
    "training_radii": _per_image("training", "distance of each to its nearest other one; computed if absent"),
    "members_distances": Input("feature space -> distances from training images to the nearest generated one"),
    "held_out_distances": Input("the same from held-out real images"),
    "n_training": Input("number of training images"),
    "n_generated": Input("number of generated images"),
    "n_copies": Input("number of generated images that equal a training image"),
    # --- predictions of the oracle, and labels ---
    "probabilities": Input("probabilities that the oracle gives to the classes", ("images", "classes")),
    "labels": Input("the labels of the images that are scored", ("images",), integer=True),
    "confident_above": Input("the probability from which the oracle counts as confident"),
    # --- autoencoders, on real test images ---
    "reconstruction_errors": Input("squared error, summed over pixels in [0, 1], from a drawn latent", ("images",)),
    "kl_divergences": Input("KL(q(z | x) || N(0, 1)) in nats", ("images",)),
    "reconstruction_probabilities": Input("the oracle's, from the mean latent", ("images", "classes")),
    "drawn_reconstruction_probabilities": Input("the oracle's, from a drawn latent", ("images", "classes")),
    "latents": Input("means of q(z | x)", ("images", "latents")),
    "training_latents": _per_image("training", "the same of training images", "latents"),
    "training_labels": _per_image("training", "labels of training images", integer=True),
    # --- models with codes ---
    "categories": Input("the category that the model reads from each image", ("images",), integer=True),
    "training_categories": _per_image("training", "the same of training images", integer=True),
    "drawn_categories": _per_image("drawn", "the category that each image was generated from", integer=True),
    "drawn_codes": _per_image("drawn", "the continuous codes that each was generated from", "codes"),
    "drawn_images": _per_image("drawn", "these images, uint8", "height", "width", "channels"),
    "drawn_probabilities": _per_image("drawn", "the oracle's, of these images", "classes"),
    # --- numbers and names ---
    "n_classes": Input("number of classes"),
    "n_categories": Input("number of categories"),
    "condition_names": Input("names of the conditions"),
    "discriminator_on_real": Input("mean output of the discriminator on real images, 0 to 1, in the last epoch"),
    "discriminator_on_generated": Input("the same on generated images"),
}


def check_inputs(arguments: Mapping[str, Any]) -> None:
    """Checks the arguments of a metric that are inputs; its options are not checked.

    Raises:
        TooFewImages: an array has no images.
        ValueError: an array has other axes, values that are not finite numbers, or a size that does not match another
            array; names the argument.
    """
    sizes: dict[str, tuple[int, str]] = {}
    for name, value in arguments.items():
        if name not in INPUTS or value is None:
            continue
        axes = INPUTS[name].axes
        if axes is None:
            if isinstance(value, float) and not np.isfinite(value):
                raise ValueError(f"{name} must be a finite number, got {value}")
            continue
        _check_array(name, value, axes, INPUTS[name].integer)
        for axis, size in zip(axes, value.shape, strict=True):
            expected, other = sizes.setdefault(axis, (size, name))
            if size != expected:
                raise ValueError(f"{name} must have as many {axis} as {other}, {expected}, got {size}")


def _check_array(name: str, value: Any, axes: tuple[str, ...], integer: bool) -> None:
    array = np.asarray(value)
    if array.ndim != len(axes):
        features = f"; {FROM_IMAGES}" if axes[1:] == ("features",) and array.ndim == 4 else ""
        raise ValueError(f"{name} must have the shape ({', '.join(axes)}), got {array.shape}{features}")
    if array.dtype.kind not in ("iu" if integer else "iufb"):
        raise ValueError(f"{name} must be {'integers' if integer else 'numbers'}, got {array.dtype}")
    if not len(array):
        raise TooFewImages(f"{name} has no images")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        wrong = np.flatnonzero(~np.isfinite(array.reshape(len(array), -1)).all(axis=1))
        raise ValueError(f"{name} must be finite numbers, got others in image {wrong[0]}")
