"""The schema of the configuration: what an entry for a data set may say, and which values are allowed.

Defaults are values, so they stand in `conf/base/parameters.yml` under `defaults`; every data set's entry is laid over
them. Structure is checked here, by pydantic, before anything is loaded: a key that is not in the schema is an error
that names it.
"""

import math
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

from standin.core.instantiate import check_target
from standin.core.validation import ONE, SEVERAL
from standin.experiments.arms import ARMS


def _known_arm(key: str) -> str:
    if key not in ARMS:
        raise ValueError(f"must be one of {', '.join(ARMS)}")
    return key


ArmKey = Annotated[str, AfterValidator(_known_arm)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Target = Annotated[str, BeforeValidator(check_target)]
Seed = Annotated[int, Field(ge=0)]
Word = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
"""A class may be called 7."""
Precision = Literal["float32", "mixed_bfloat16"]
Rows = Annotated[int, Field(ge=1)]
Ratio = Annotated[float, Field(gt=0)]


TAIL = 20
"""Resamples that are to lie outside an interval."""


def one_or_several(one: Any, at_least: int) -> Any:
    """The type of a value or of a list of them; which of both was meant is seen first, so that an error is about that
    one alone."""
    several = Annotated[list[one], Field(min_length=at_least), Tag(SEVERAL)]
    return Annotated[
        Annotated[one, Tag(ONE)] | several, Discriminator(lambda value: SEVERAL if isinstance(value, list) else ONE)
    ]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class WithArguments(BaseModel):
    """`_target_` and arguments for it."""

    model_config = ConfigDict(extra="allow", strict=True)
    target: Target = Field(alias="_target_")


class Training(Strict):
    """How a generative model is trained."""

    epochs: int = Field(ge=1)
    min_steps: int = Field(ge=0)
    batch_size: int = Field(ge=1)
    snapshot_epochs: list[Annotated[int, Field(ge=1)]]
    snapshot_images: int = Field(ge=1)
    checkpoint_every: int = Field(ge=1)
    augment: bool
    precision: Precision
    devices: int = Field(ge=1)


class TrainingOverride(Strict):
    """What one generative model's entry says differently."""

    epochs: int | None = Field(None, ge=1)
    min_steps: int | None = Field(None, ge=0)
    batch_size: int | None = Field(None, ge=1)
    snapshot_epochs: list[Annotated[int, Field(ge=1)]] | None = None
    snapshot_images: int | None = Field(None, ge=1)
    checkpoint_every: int | None = Field(None, ge=1)
    augment: bool | None = None
    precision: Precision | None = None
    devices: int | None = Field(None, ge=1)


class GenerativeModel(WithArguments):
    """A generative model: `_target_`, its constructor arguments, `training` where it differs, whether it is part of the
    pipeline, and of the data set's `arms` those it is put through (None: all)."""

    training: TrainingOverride | None = None
    enabled: bool = True
    arms: list[ArmKey] | None = None


class Augmentation(Strict):
    """What changes an image and preserves its class."""

    max_shift: int = Field(ge=0)
    flips: list[Literal["horizontal", "vertical"]]


def _named_or_target(part: Any) -> Any:
    """A part of a recipe: a name, or `_target_` with arguments; preflight checks names and arguments."""
    if isinstance(part, str):
        return part
    if isinstance(part, dict) and "_target_" in part:
        check_target(part["_target_"])
        return part
    raise ValueError("must be a name or a mapping with _target_")


def _augmentation(given: Any) -> Any:
    """None, the data set's, or arguments that preflight checks."""
    if given is None or given == "dataset" or isinstance(given, dict):
        return given
    raise ValueError("must be null, dataset, or a mapping")


Part = Annotated[Any, BeforeValidator(_named_or_target)]


class Recipe(Strict):
    """How a network is trained: `standin.training.recipe.Recipe`."""

    optimizer: Part
    schedule: Part
    loss: Part
    label_smoothing: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    weight_averaging: float | None = Field(gt=0, lt=1)
    augmentation: Annotated[Any, BeforeValidator(_augmentation)]


class Classifier(Strict):
    """A network (`model`: `_target_` and arguments) and how it is trained."""

    model: WithArguments
    steps: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    log_points: int = Field(ge=1)
    recipe: Recipe


class SampleQuality(Strict):
    """How generated images are looked at."""

    rows: int = Field(ge=20)
    confident_above: float = Field(gt=0, lt=1)
    shown_conditions: list[list[float]]


class EpochTable(Strict):
    """A classifier trained on few rows for several numbers of epochs, on generated and on real rows."""

    generative_model: Name
    rows: int = Field(ge=2)
    epochs: list[Annotated[int, Field(ge=1)]] = Field(min_length=1)
    batch_size: int = Field(ge=1)
    learning_rate: float = Field(gt=0)


class Labelling(Strict):
    """How labels come to samples of unconditional models."""

    confidence_threshold: float = Field(ge=0, lt=1)
    balance_classes: bool
    candidates: float = Field(ge=1)


class Bootstrap(Strict):
    resamples: int = Field(ge=100)
    confidence: float = Field(gt=0, lt=1)
    seed: Seed

    @model_validator(mode="after")
    def enough(self) -> "Bootstrap":
        """Several arms are held to Holm's limits, which fewer resamples could not reach with any gain."""
        least = math.ceil(TAIL / (1 - self.confidence) - 1e-6)
        if self.resamples < least:
            raise ValueError(f"resamples must be at least {least} for a confidence of {self.confidence}")
        return self


class WithheldSubset(Strict):
    """Train rows that are taken out: of a class, or of a class with one attribute, all but a share."""

    class_: Word = Field(alias="class")
    attribute: Word | None = None
    keep: float = Field(0.05, ge=0, lt=1)


class Verdict(Strict):
    """Margins of the verdict, in points, and the accuracy in % that real images must reach."""

    replace_margin: float = Field(ge=0)
    extend_margin: float = Field(ge=0)
    real_at_least: float | None = Field(gt=0, le=100)


class DataSet(Strict):
    """All that is said of one data set."""

    title: str | None
    source: WithArguments
    conditions: list[str]
    split_seed: Seed
    license: str | None
    n_real: one_or_several(Rows | None, at_least=2)  # type: ignore[valid-type]
    withheld_subset: WithheldSubset | None
    label_budget: one_or_several(Rows | None, at_least=2)  # type: ignore[valid-type]
    augmentation: Augmentation
    pseudo_labeler: Classifier
    oracle: Classifier
    feature_extractor: Classifier
    regressor: Classifier
    sample_quality: SampleQuality
    epoch_table: EpochTable | None
    pseudo_labeling: Labelling
    training: Training
    generative_models: dict[Name, GenerativeModel] = Field(min_length=1)
    generator_seeds: list[Seed] = Field(min_length=1)
    n_synthetic: one_or_several(Rows | None, at_least=1)  # type: ignore[valid-type]
    arms: list[ArmKey] = Field(min_length=1)
    synthetic_ratio: one_or_several(Ratio, at_least=1)  # type: ignore[valid-type]
    classifier: Classifier
    classifier_seeds: list[Seed] = Field(min_length=1)
    bootstrap: Bootstrap
    verdict: Verdict


ROLES = tuple(name for name, field in DataSet.model_fields.items() if field.annotation is Classifier)
"""Parameters that describe a network and its training."""
