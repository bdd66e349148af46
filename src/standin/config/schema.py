"""The schema of a data set's parameters: the keys, and the values that are allowed.

Default values are in `conf/base/parameters.yml` under `defaults`; the entry of every data set overrides them
(`standin.config.defaults`). Arguments of sources, models and classifiers are not in the schema, since the signature of
each is its own; `standin.config.preflight` checks them.
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
from standin.core.mappings import shorten
from standin.core.validation import ONE, SEVERAL, did_you_mean
from standin.experiments.arms import ARMS


def _known_arm(key: str) -> str:
    if key not in ARMS:
        raise ValueError(f"there is no arm {key!r}{did_you_mean(key, ARMS)}")
    return key


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


ArmKey = Annotated[str, AfterValidator(_known_arm)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Target = Annotated[str, BeforeValidator(check_target)]
Seed = Annotated[int, Field(ge=0)]
Word = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
"""The name of a class may be a number."""
Count = Annotated[int, Field(ge=1)]
Ratio = Annotated[float, Field(gt=0)]

TAIL = 20
"""Resamples that must lie outside an interval."""


def one_or_several(one: Any, at_least: int) -> Any:
    """The type of a value or of a list of them; a discriminator chooses, so that an error is about one of both."""
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

    epochs: Count
    min_steps: int = Field(ge=0)
    batch_size: Count
    snapshot_epochs: list[Count]
    snapshot_images: Count
    checkpoint_every: Count
    augment: bool
    precision: Literal["float32", "mixed_bfloat16"]
    devices: Count


class GenerativeModel(WithArguments):
    """A generative model: `_target_`, its constructor arguments, its training (the data set's, overridden), whether it
    is part of the pipeline, and which of the data set's `arms` use it (None: all)."""

    training: Training
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
    raise ValueError(f"must be a name or a mapping with _target_, got {shorten(part)}")


def _augmentation(given: Any) -> Any:
    """None, the data set's, or arguments that preflight checks."""
    if given is None or given == "dataset" or isinstance(given, dict):
        return given
    raise ValueError(f"must be null, dataset, or a mapping, got {shorten(given)}")


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


class PseudoLabeling(Strict):
    """How samples of unconditional models are labeled."""

    confidence_threshold: float = Field(ge=0, lt=1)
    balance_classes: bool
    candidates: float = Field(ge=1)


class SampleQuality(Strict):
    """How generated images are evaluated without training a classifier on them."""

    max_images: int = Field(ge=20)
    confident_above: float = Field(gt=0, lt=1)
    shown_conditions: list[list[float]]


class EpochTable(Strict):
    """A classifier trained on few images for several numbers of epochs, on generated and on real ones."""

    generative_model: Name
    n_images: int = Field(ge=2)
    epochs: list[Count] = Field(min_length=1)
    batch_size: Count
    learning_rate: float = Field(gt=0)


class Bootstrap(Strict):
    resamples: int = Field(ge=100)
    confidence: float = Field(gt=0, lt=1)
    seed: Seed

    @model_validator(mode="after")
    def enough(self) -> "Bootstrap":
        """Several arms are compared with Holm's limits, which fewer resamples could not reach with any gain."""
        least = math.ceil(TAIL / (1 - self.confidence) - 1e-6)
        if self.resamples < least:
            raise ValueError(
                f"resamples must be at least {least} for a confidence of {self.confidence}, got {self.resamples}"
            )
        return self


class WithheldSubset(Strict):
    """Training images that are withheld: of a class, or of a class with one attribute, all but a proportion."""

    class_: Word = Field(alias="class")
    attribute: Word | None = None
    keep: float = Field(0.05, ge=0, lt=1)


class Verdict(Strict):
    """Margins of the verdict in percentage points, and the accuracy in % that training on real images must reach."""

    replace_margin: float = Field(ge=0)
    extend_margin: float = Field(ge=0)
    real_at_least: float | None = Field(gt=0, le=100)


class DataSet(Strict):
    """The parameters of one data set."""

    title: str | None
    source: WithArguments
    conditions: list[str]
    split_seed: Seed
    license: str | None
    n_real: one_or_several(Count | None, at_least=2)  # type: ignore[valid-type]
    withheld_subset: WithheldSubset | None
    label_budget: one_or_several(Count | None, at_least=2)  # type: ignore[valid-type]
    augmentation: Augmentation
    pseudo_labeler: Classifier
    oracle: Classifier
    feature_extractor: Classifier
    regressor: Classifier
    sample_quality: SampleQuality
    epoch_table: EpochTable | None
    pseudo_labeling: PseudoLabeling
    training: Training
    generative_models: dict[Name, GenerativeModel] = Field(min_length=1)
    generator_seeds: list[Seed] = Field(min_length=1)
    n_synthetic: Annotated[one_or_several(Count | None, at_least=1), AfterValidator(_as_list)]  # type: ignore[valid-type]
    arms: list[ArmKey] = Field(min_length=1)
    synthetic_ratio: Annotated[one_or_several(Ratio, at_least=1), AfterValidator(_as_list)]  # type: ignore[valid-type]
    classifier: Classifier
    classifier_seeds: list[Seed] = Field(min_length=1)
    bootstrap: Bootstrap
    verdict: Verdict


ROLES = tuple(name for name, field in DataSet.model_fields.items() if field.annotation is Classifier)
"""Parameters that describe a network and its training."""
