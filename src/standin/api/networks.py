"""Functions that a caller gives: networks, such as those defined in a notebook, and features of images."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from standin.core.errors import InputError
from standin.core.images import to_uint8
from standin.core.instantiate import name_of
from standin.core.leakage import as_bytes, image_hashes

CHUNK = 500
"""Images per call of a function that gives features."""
HOW = "must be a function (image_shape, n_classes) that returns a keras.Model"


def given_networks(networks: Mapping[str, Any], image_shape: tuple[int, int, int], n_classes: int) -> dict[str, Any]:
    """Parameters that name the functions. Each is called once, to check its network.

    Args:
        networks: role (`classifier`, `feature_extractor`) -> function (image_shape, n_classes) -> `keras.Model` with
            logits as outputs, for images in [-1, 1]; None: the default network.

    Raises:
        InputError: it is no function, or its network does not fit the images and their classes, gives probabilities,
            or, for a feature extractor, has no layer named "features".
    """
    functions = {role: function for role, function in networks.items() if function is not None}
    for role, function in functions.items():
        _check_network(role, function, image_shape, n_classes)
    return {role: {"model": {"_target_": name_of(function)}} for role, function in functions.items()}


def _check_network(role: str, function: Any, image_shape: tuple[int, int, int], n_classes: int) -> None:
    if not callable(function):
        registered = f"parameters={{{role!r}: {{'model': {{'_target_': {function!r}}}}}}}"
        hint = f"; a network is named by {registered}" if isinstance(function, str) else ""
        raise InputError(f"{role} {HOW}, got {type(function).__name__}{hint}")
    import keras

    from standin.training.inference import FEATURES

    if isinstance(function, keras.Model):
        raise InputError(f"{role} {HOW}, since a new one is trained for each seed; got a model")
    try:
        network = function(image_shape, n_classes)
    except (TypeError, ValueError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise InputError(f"{role}: the network cannot be built for images of shape {image_shape}: {reason}") from error
    if not isinstance(network, keras.Model) or not getattr(network, "outputs", None):
        raise InputError(f"{role} {HOW} of the functional or sequential kind, got {type(network).__name__}")
    expected, got = (image_shape, (n_classes,)), (network.input_shape[1:], network.output_shape[1:])
    if expected != got:
        shapes = f"from images {expected[0]} to logits {expected[1]}"
        raise InputError(f"{role}: the network must lead {shapes}, got {got[0]} to {got[1]}")
    last = network.layers[-1]
    if isinstance(last, keras.layers.Softmax) or getattr(last, "activation", None) is keras.activations.softmax:
        raise InputError(f"{role}: the network must return logits, but its last layer {last.name!r} is a softmax")
    names = [layer.name for layer in network.layers]
    if role == "feature_extractor" and FEATURES not in names:
        raise InputError(
            f"{role}: the network must have a layer named {FEATURES!r}, whose outputs are the features; its layers "
            f"are: {', '.join(names)}"
        )


class GivenFeatures:
    """Features by a caller's function, which is called once for each different image.

    Args:
        function: (n, height, width, channels) uint8 images -> (n, d) numbers.

    Raises:
        InputError: it is no function; in a call: it returns something else.
    """

    def __init__(self, function: Callable[[np.ndarray], Any]) -> None:
        if not callable(function):
            raise InputError(
                "features must be a function from images (n, height, width, channels), uint8, to an array (n, d), got "
                f"{type(function).__name__}"
            )
        self.function = function
        self._known: dict[bytes, np.ndarray] = {}

    def __call__(self, images: np.ndarray) -> np.ndarray:
        """(n, d) float32 features of stored images."""
        return np.concatenate([self._chunk(images[start : start + CHUNK]) for start in range(0, len(images), CHUNK)])

    def _chunk(self, images: np.ndarray) -> np.ndarray:
        keys = [key.tobytes() for key in as_bytes(image_hashes(images))]
        new = {key: place for place, key in enumerate(keys) if key not in self._known}
        if new:
            self._known |= dict(zip(new, self._checked(to_uint8(images[[*new.values()]])), strict=True))
        return np.stack([self._known[key] for key in keys])

    def _checked(self, images: np.ndarray) -> np.ndarray:
        found = np.asarray(self.function(images))
        width = len(next(iter(self._known.values()))) if self._known else None
        fits = found.ndim == 2 and len(found) == len(images) and width in (None, found.shape[-1])
        if not fits or found.dtype.kind not in "iuf":
            expected = f"({len(images)}, {width or 'd'})"
            raise InputError(
                f"features must return numbers of shape {expected} for {len(images)} images, got {found.shape} "
                f"{found.dtype}"
            )
        if not np.isfinite(found).all():
            raise InputError("features must return finite numbers, got some that are not")
        return found.astype(np.float32)
