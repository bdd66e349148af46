"""The base of all generative models: a Keras model with players and a way to sample.

A subclass builds its networks in `__init__`, calls `set_players`, and implements `draw_latent` and `generate`. It needs
no training loop: Keras' `fit` runs `play_round` below for all models.
"""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Literal

import keras
import numpy as np

from standin.core.errors import InputError
from standin.training import backend
from standin.training.players import Batch, Player


class GenerativeModel(keras.Model):
    """Base of all generative models. Every constructor takes these arguments; those conditioned on labels also take
    `n_classes`, those conditioned on real numbers `n_conditions`.

    Args:
        image_shape: (height, width, channels).
        seed: of the noise drawn while training. Initial weights follow `standin.training.build_model(seed=...)`.
    """

    condition: ClassVar[Literal["labels", "conditions"] | None] = None
    """What it is conditioned on in training and sampling: `labels`, `conditions` (real numbers) or nothing. A model
    conditioned on labels reads the label of every training image."""

    snapshot_weights: ClassVar[bool] = False
    """Whether its weights are kept at each snapshot epoch, so that earlier stages can be evaluated."""

    capabilities: ClassVar[frozenset[str]] = frozenset()
    """Keys of `standin.training.capabilities.CAPABILITIES`, whose protocols it implements."""

    float32_only: ClassVar[bool] = False
    """Whether it trains in float32 whatever the configured precision, because it is less accurate or not faster in
    bfloat16. A class that sets it says why."""

    sample_batch_size: ClassVar[int] = 500
    """Images generated at once, which bounds memory."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "GenerativeModel":
        model = super().__new__(cls, *args, **kwargs)
        bound = inspect.signature(cls).bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        for parameter in bound.signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                arguments |= arguments.pop(parameter.name)
        # Past Keras' attribute tracking, which is not ready before `__init__`.
        vars(model)["constructor_arguments"] = arguments
        return model

    def __init__(self, image_shape: Sequence[int], seed: int = 0) -> None:
        super().__init__()
        self.image_shape = tuple(image_shape)
        self.random = keras.random.SeedGenerator(seed)
        self.players: tuple[Player, ...] = ()

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, so that subclasses need no code to load from `.keras` files."""
        return dict(self.constructor_arguments)

    @classmethod
    def option_defaults(cls) -> dict[str, Any]:
        """Defaults of the arguments that the constructor accepts as `**options` (default: none)."""
        return {}

    @classmethod
    def check_options(cls, arguments: Mapping[str, Any]) -> None:
        """Raises InputError if constructor arguments do not work together, before anything is built (default: never);
        the message names them and what would work."""

    # --- for subclasses -------------------------------------------------------------------------------------

    def set_players(self, *players: Player) -> None:
        """Declares the players; call it last in `__init__`."""
        for player in players:
            player.optimizer.build(player.variables)
        self.players = players
        # Keras tracks attributes that list variables: JAX's `fit` passes them on, `.keras` files keep them.
        self.optimizer_state = [v for p in players for v in p.optimizer.variables]
        self.averages = {name: keras.metrics.Mean(name=name) for p in players for name in (f"{p.name}_loss", *p.logs)}
        self.built = True
        # Keras needs an optimizer in `compile` (JAX's trainer crashes on None); this one never takes a step.
        # XLA makes TensorFlow's CPU steps 4 to 6 times slower; JAX is built on it.
        self.compile(optimizer=keras.optimizers.SGD(0.0), jit_compile=keras.backend.backend() == "jax")

    def adapt(self, images: np.ndarray, condition: np.ndarray | None) -> None:
        """Sets what follows from the training images in closed form, before any player moves (default: nothing).

        Args:
            images: (n, height, width, channels) uint8 or float32.
            condition: (n,) labels or (n, n_conditions) conditions, for conditional models only.
        """

    def draw_latent(self, rng: np.random.Generator, n: int) -> np.ndarray:
        """(n, ...) float32 latents, which are the same on every backend."""
        raise NotImplementedError

    def generate(self, latent: Any, condition: Any | None = None) -> Any:
        """Latents, and the conditions of a conditional model -> (n, height, width, channels) images in [-1, 1], in
        inference mode."""
        raise NotImplementedError

    # --- training -------------------------------------------------------------------------------------------

    def play_round(self, batch: Batch, value_and_gradients: Any) -> dict[str, Any]:
        """Each player in turn takes its `steps` optimizer steps, each on different images; returns the mean losses of
        the epoch so far.

        Args:
            batch: images of `batches_a_round` batches.
            value_and_gradients: see `standin.training.tensorflow`.
        """
        parts = self._parts(batch)
        for player in self.players:
            for part in parts[: player.steps]:
                (loss, logs), gradients = value_and_gradients(lambda p=player, b=part: p.loss(b), player.variables)
                player.optimizer.apply(gradients, player.variables)
            self.averages[f"{player.name}_loss"].update_state(loss)
            for name in player.logs:
                self.averages[name].update_state(logs[name])
        return {name: average.result() for name, average in self.averages.items()}

    @property
    def batches_a_round(self) -> int:
        """The largest number of steps of a player."""
        return max((player.steps for player in self.players), default=1)

    def _parts(self, batch: Batch) -> list[Batch]:
        if self.batches_a_round == 1:
            return [batch]
        split = [keras.ops.split(array, self.batches_a_round) for array in batch.values()]
        return [dict(zip(batch, parts, strict=True)) for parts in zip(*split, strict=True)]

    def train_step(self, *args: Any) -> Any:
        return backend.active().train_step(self, *args)

    # --- sampling -------------------------------------------------------------------------------------------

    def sample(self, n: int, seed: int, condition: np.ndarray | None = None) -> Iterable[np.ndarray]:
        """Yields chunks of generated images, (chunk, height, width, channels) float32 in [-1, 1]; `n` images in total.

        Args:
            seed: of the latents, which are the same on every backend.
            condition: (n,) labels or (n, n_conditions) conditions, for conditional models only.

        Raises:
            InputError: if the condition is missing for a conditional model, given to an unconditional one, or has a
                wrong type, shape or value.
        """
        self.check_condition(condition, n)
        rng = np.random.default_rng(seed)
        for start in range(0, n, self.sample_batch_size):
            size = min(self.sample_batch_size, n - start)
            images = self.generate(self.draw_latent(rng, size), None if condition is None else condition[start:][:size])
            yield keras.ops.convert_to_numpy(images).astype(np.float32)

    def check_condition(self, condition: np.ndarray | None, n: int) -> None:
        """Rejects conditions with which this model cannot train or sample n images; errors as `sample`."""
        name = type(self).__name__
        if condition is None or self.condition is None:
            if (condition is None) != (self.condition is None):
                verb = f"must be given to {name}, which is conditional: got none"
                wrong = f"must not be given to {name}, which is not conditional"
                raise InputError(f"{self.condition or 'condition'} {verb if condition is None else wrong}")
            return
        if len(condition) != n:
            raise InputError(f"{self.condition} must be one per image ({n}), got {len(condition)}")
        got = f"got {condition.shape} {condition.dtype}"
        if self.condition == "labels":
            if condition.ndim != 1 or condition.dtype.kind not in "iu":
                raise InputError(f"labels must be whole numbers, one per image, for {name}, {got}")
            classes = self.constructor_arguments["n_classes"]
            unknown = [int(label) for label in np.unique(condition) if not 0 <= label < classes]
            if unknown:
                raise InputError(f"labels must be from 0 to {classes - 1} for this {name}, got {unknown[0]}")
        else:
            numbers = self.constructor_arguments["n_conditions"]
            if condition.shape != (n, numbers) or condition.dtype.kind != "f":
                raise InputError(f"conditions must be {numbers} real numbers per image for this {name}, {got}")
            if not np.isfinite(condition).all():
                first = int(np.flatnonzero(~np.isfinite(condition).all(axis=1))[0])
                raise InputError(f"conditions must be finite, got {condition[first].tolist()} for image {first}")

    # --- moving average -------------------------------------------------------------------------------------

    @property
    def keeps_averages(self) -> bool:
        """Whether a player's optimizer keeps moving averages of its weights (`use_ema`)."""
        return any(player.optimizer.use_ema for player in self.players)

    @property
    def statistics(self) -> list[keras.Variable]:
        """Statistics of the normalization layers that generate images (default: there are none)."""
        return []

    def recompute_statistics(self, condition: np.ndarray | None) -> None:
        """Recomputes `statistics`, which depend on the weights.

        Args:
            condition: of the training images, for conditional models.
        """

    def swap_moving_averages(self) -> None:
        """Swaps weights and their moving averages, where an optimizer keeps them."""
        for player in self.players:
            if not player.optimizer.use_ema:
                continue
            averages = player.optimizer._model_variables_moving_average
            for variable, average in zip(player.variables, averages, strict=True):
                weights = keras.ops.convert_to_numpy(variable.value)
                variable.assign(average.value)
                average.assign(weights)
