"""Generative models for use without a project: `standin.models.VAE(latent_dim=8).fit(images).sample(100)`.

A generator holds a model and is none: in Keras, `fit` trains on batches and the constructor needs the shape of the
images. As in scikit-learn, it takes options at first, and learns the shape and the classes from the images.
"""

import functools
import inspect
from typing import Any, ClassVar

import numpy as np

from standin.core.errors import InputError
from standin.core.images import stored
from standin.core.instantiate import resolve_target
from standin.core.validation import did_you_mean
from standin.data.source import make_source
from standin.io.large_arrays import collect
from standin.training import GenerativeModel, build_model, check_arguments, train
from standin.training.build import SUPPLIED


class Generator:
    """A generative model that learns from arrays and returns arrays.

    Args:
        options: arguments of the model's class, except the shape of images, the numbers of classes and conditions, and
            the seed.

    Attributes:
        model: the trained `standin.training.GenerativeModel`, a `keras.Model`; None before `fit`.
        history: name of a loss -> its mean in each epoch.
        classes: the labels of the training images, each once, in ascending order; empty if there are none.

    Raises:
        InputError: an option is unknown or has a wrong type.
    """

    target: ClassVar[str]
    """Dotted name of the model's class."""

    def __init__(self, **options: Any) -> None:
        check_arguments(self.target, options, where=type(self).__name__)
        self.options = options
        self.model: GenerativeModel | None = None
        self.history: dict[str, list[float]] = {}
        self.classes = np.array([])
        self._dtype: Any = np.uint8

    def fit(
        self,
        images: np.ndarray,
        labels: np.ndarray | None = None,
        conditions: np.ndarray | None = None,
        *,
        epochs: int = 20,
        batch_size: int = 128,
        seed: int = 0,
    ) -> "Generator":
        """Trains a new model.

        Args:
            images: (n, height, width) or (n, height, width, 1 or 3), uint8, or float32 in [-1, 1].
            labels: (n,) numbers or text, which models conditioned on labels need and others ignore.
            conditions: (n, k) real numbers, which models conditioned on them need and others ignore.
            epochs: passes over the images.
            batch_size: images per step.
            seed: of initial weights, the order of images and noise.

        Returns:
            Itself.

        Raises:
            InputError: images or labels are not valid, or the model needs labels or conditions and there are none.
            TrainingError: a loss is no longer finite.
        """
        if epochs < 1 or batch_size < 1:
            raise InputError(f"epochs and batch_size must be at least 1, got {epochs} and {batch_size}")
        classes, numbers = np.unique([] if labels is None else labels, return_inverse=True)
        known = None if labels is None else numbers
        split = make_source({"train": (np.asarray(images), known)}, None, "fit", labels="optional").splits["train"]
        values = None if conditions is None else np.asarray(conditions, np.float32)
        width = 0 if values is None else values.shape[-1]
        shape = split["images"].shape[1:]
        model = build_model(self.target, shape, len(classes), seed, self.options, n_conditions=width)
        given = {"labels": split.get("labels"), "conditions": values}
        condition = given[model.condition] if model.condition else None
        size = min(batch_size, len(split["images"]))
        run = train(model, split["images"], condition, epochs=epochs, batch_size=size, seed=seed)
        self.model, self.history, self.classes = model, run.history, classes
        self._dtype = split["images"].dtype
        return self

    def sample(
        self, n: int, labels: np.ndarray | None = None, conditions: np.ndarray | None = None, *, seed: int = 0
    ) -> np.ndarray:
        """Generates images.

        Args:
            n: number of images.
            labels: (n,) of a model conditioned on labels; None: `classes` in turn.
            conditions: (n, k) of a model conditioned on real numbers.
            seed: of the latents.

        Returns:
            (n, height, width, channels), of the type of the training images.

        Raises:
            InputError: `fit` has not been called; or labels or conditions are missing, unknown, or not wanted.
        """
        name = type(self).__name__
        if self.model is None:
            raise InputError(f"{name}: call fit(images) before sample(n)")
        if n < 1:
            raise InputError(f"{name}.sample: n must be at least 1, got {n}")
        condition = None if conditions is None else np.asarray(conditions, np.float32)
        if self.model.condition == "labels":
            condition = self._numbers(np.resize(self.classes, n) if labels is None else np.asarray(labels))
        elif labels is not None:
            raise InputError(f"{name}.sample: labels must not be given to a model that is not conditioned on them")
        chunks = (stored(chunk, self._dtype) for chunk in self.model.sample(n, seed, condition))
        return collect(chunks, (n, *self.model.image_shape), self._dtype)

    def _numbers(self, labels: np.ndarray) -> np.ndarray:
        known = self.classes.tolist()
        if unknown := [label for label in labels.tolist() if label not in known]:
            hint = did_you_mean(str(unknown[0]), [str(label) for label in known])
            raise InputError(f"{type(self).__name__}.sample: there is no class {unknown[0]!r}{hint}")
        return np.searchsorted(self.classes, labels)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.options.items())})"


@functools.cache
def generator(target: str) -> type[Generator]:
    """The `Generator` of a class of generative models, with its name, description and options.

    Args:
        target: its dotted name.
    """
    model_class: Any = resolve_target(target)
    parameters = inspect.signature(model_class).parameters.values()
    options = [
        parameter.replace(kind=parameter.KEYWORD_ONLY) if parameter.kind is not parameter.VAR_KEYWORD else parameter
        for parameter in parameters
        if parameter.name not in SUPPLIED
    ]
    attributes = {
        "target": target,
        "__doc__": model_class.__doc__,
        "__module__": __name__,
        "__signature__": inspect.Signature(options),
    }
    return type(model_class.__name__, (Generator,), attributes)
