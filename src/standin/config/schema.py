"""The schema of a data set's parameters: keys and allowed values.

Default values are in `defaults.yml`; each data set overrides them
(`standin.config.defaults`). Arguments of sources, models and classifiers depend on their signatures:
`standin.config.preflight` checks them.
"""

import math
from collections.abc import Mapping
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
from standin.core.validation import CHOSEN, GIVEN, ONE, SEVERAL, TRAINED, did_you_mean
from standin.experiments.arms import ARMS
from standin.experiments.ids import is_image_set
from standin.models.pixel_classifiers import PIXEL_CLASSIFIERS


def _known_arm(key: str) -> str:
    if key not in ARMS:
        raise ValueError(f"there is no arm {key!r}{did_you_mean(key, ARMS)}")
    return key


def _known_pixel_classifier(name: str) -> str:
    if name not in PIXEL_CLASSIFIERS:
        raise ValueError(f"there is no classifier on pixels {name!r}{did_you_mean(name, PIXEL_CLASSIFIERS)}")
    return name


def _part(value: Any) -> Any:
    """A part of a recipe: a name, or `_target_` with arguments; preflight checks names and arguments."""
    if isinstance(value, dict) and "_target_" in value:
        check_target(value["_target_"])
    elif not isinstance(value, str):
        raise ValueError(f"must be a name or a mapping with _target_, got {shorten(value)}")
    return value


def _augmentation(value: Any) -> Any:
    """None, the name "dataset", or arguments, which preflight checks."""
    if value is None or value == "dataset" or isinstance(value, dict):
        return value
    raise ValueError(f"must be null, dataset, or a mapping, got {shorten(value)}")


def _different(values: list[Any]) -> list[Any]:
    if repeated := [value for place, value in enumerate(values) if value in values[:place]]:
        raise ValueError(f"must contain each value once, got {repeated[0]!r} more than once in {shorten(values)}")
    return values


Different = AfterValidator(_different)
"""Of a list: equal seeds, arms or sizes would be one run that is counted several times."""


def one_or_several(one: Any, at_least: int) -> Any:
    """The type of a value or of a list of values. A discriminator chooses, so that an error is about one of them."""
    several = Annotated[list[one], Field(min_length=at_least), Different, Tag(SEVERAL)]
    return Annotated[
        Annotated[one, Tag(ONE)] | several, Discriminator(lambda value: SEVERAL if isinstance(value, list) else ONE)
    ]


def _one_several_or_chosen(value: Any) -> str:
    """The branch of `synthetic_ratio`; a discriminator, for the reason that `one_or_several` has."""
    return SEVERAL if isinstance(value, list) else CHOSEN if isinstance(value, dict | Choice) else ONE


ArmKey = Annotated[str, AfterValidator(_known_arm)]
PixelClassifier = Annotated[str, AfterValidator(_known_pixel_classifier)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Target = Annotated[str, BeforeValidator(check_target)]
Part = Annotated[Any, BeforeValidator(_part)]
Word = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
"""The name of a class, which may be a number in YAML."""
Count = Annotated[int, Field(ge=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Seeds = Annotated[list[Seed], Field(min_length=1), Different]
Rate = Annotated[float, Field(gt=0)]
Ratios = Annotated[list[Rate], Field(min_length=1), Different]
AsList = AfterValidator(lambda value: value if isinstance(value, list) else [value])

Fraction = Annotated[float, Field(gt=0, le=0.5)]

TAIL = 20
"""Resamples that must lie outside an interval."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Choice(Strict):
    """Fractions of generated images in the pool of arm `mixed`, from which validation images choose."""

    choose_fraction: Annotated[list[Fraction], Field(min_length=2), Different]


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
    devices: Count


class GenerativeModel(WithArguments):
    """A generative model: `_target_`, its arguments, its training (overrides the data set's), whether the pipeline
    includes it, and which of the data set's `arms` use it (None: all)."""

    training: Training
    enabled: bool = True
    arms: Annotated[list[ArmKey], Different] | None = None


class ImageSet(Strict):
    """Images that were generated elsewhere, in the place of a generative model.

    Attributes:
        images: source of the images, or several, each in the place of a generator seed.
        made_from: the images that their generator was trained on: `train`, those of this data set (`kedro export
            --split train`), `unknown`, or the path of a folder or file with them.
        labels_spent: number of real images that had to be labeled for them; None: unknown.
    """

    images: Annotated[one_or_several(WithArguments, at_least=1), AsList]  # type: ignore[valid-type]
    made_from: str = "unknown"
    labels_spent: int | None = Field(None, ge=0)
    enabled: bool = True
    arms: Annotated[list[ArmKey], Different] | None = None


class Augmentation(Strict):
    """Changes of an image that preserve its class."""

    max_shift: int = Field(ge=0)
    flips: list[Literal["horizontal", "vertical"]]
    alternating: bool


class Recipe(Strict):
    """How a network is trained: `standin.training.recipe.Recipe`."""

    optimizer: Part
    schedule: Part
    loss: Part
    label_smoothing: float = Field(ge=0, lt=1)
    weight_decay: float = Field(ge=0)
    weight_averaging: float | None = Field(gt=0, lt=1)
    augmentation: Annotated[Any, BeforeValidator(_augmentation)]
    average_mirrored: bool


class Classifier(Strict):
    """A network (`model`: `_target_` and arguments) and how it is trained."""

    model: WithArguments
    steps: Count
    batch_size: Count
    learning_rate: Rate
    log_points: Count
    recipe: Recipe


Model = Annotated[
    Annotated[GenerativeModel, Tag(TRAINED)] | Annotated[ImageSet, Tag(GIVEN)],
    Discriminator(lambda entry: GIVEN if isinstance(entry, ImageSet) or is_image_set(entry) else TRAINED),
]


class PseudoLabeling(Strict):
    """How samples of unconditional models are labeled."""

    confidence_threshold: float = Field(ge=0, lt=1)
    balance_classes: bool
    candidates: float = Field(ge=1)


class SampleQuality(Strict):
    """How generated images are evaluated without training a classifier."""

    max_images: int = Field(ge=20)
    memorization_controls: bool
    confident_above: float = Field(gt=0, lt=1)
    shown_conditions: list[list[float]]


class EpochTable(Strict):
    """A table of classifiers trained on few generated or real images for several numbers of epochs."""

    generative_model: Name
    n_images: int = Field(ge=2)
    epochs: Annotated[list[Count], Field(min_length=1), Different]
    batch_size: Count
    learning_rate: Rate


class Bootstrap(Strict):
    resamples: int = Field(ge=100)
    confidence: float = Field(gt=0, lt=1)
    seed: Seed

    @model_validator(mode="after")
    def enough(self) -> "Bootstrap":
        """Fewer resamples could never reach Holm's limits for several arms."""
        least = math.ceil(TAIL / (1 - self.confidence) - 1e-6)
        if self.resamples < least:
            given = f"confidence of {self.confidence}, got {self.resamples}"
            raise ValueError(f"resamples must be at least {least} for a {given}")
        return self


class WithheldSubset(Strict):
    """Withheld training images: those of a class, or of a class with one attribute, except for the fraction `keep`."""

    class_: Word = Field(alias="class")
    attribute: Word | None = None
    keep: float = Field(0.05, ge=0, lt=1)


class Verdict(Strict):
    """Margins in percentage points, and the accuracy in % that training on real images must reach."""

    replace_margin: float = Field(ge=0)
    replace_error_ratio: Annotated[float, Field(ge=1)] | None
    extend_margin: float = Field(ge=0)
    real_at_least: float | None = Field(gt=0, le=100)


class DataSet(Strict):
    """The parameters of one data set."""

    title: str | None
    quick: bool
    precision: Literal["auto", "float32", "mixed_bfloat16"]
    source: WithArguments
    fresh_test: WithArguments | None
    conditions: list[str]
    split_seed: Seed
    license: str | None
    n_real: one_or_several(Count | None, at_least=2)  # type: ignore[valid-type]
    withheld_subset: WithheldSubset | None
    label_budget: one_or_several(Count | None, at_least=2)  # type: ignore[valid-type]
    augmentation: Augmentation | None
    pseudo_labeler: Classifier
    oracle: Classifier
    feature_extractor: Classifier
    regressor: Classifier
    sample_quality: SampleQuality
    epoch_table: EpochTable | None
    pseudo_labeling: PseudoLabeling
    training: Training
    generative_models: dict[Name, Model] = Field(min_length=1)
    generator_seeds: Seeds
    n_synthetic: Annotated[one_or_several(Count | None, at_least=1), AsList]  # type: ignore[valid-type]
    arms: Annotated[list[ArmKey], Field(min_length=1), Different]
    synthetic_ratio: Annotated[
        Annotated[Rate, Tag(ONE)] | Annotated[Ratios, Tag(SEVERAL)] | Annotated[Choice, Tag(CHOSEN)],
        Discriminator(_one_several_or_chosen),
        AfterValidator(lambda value: value if isinstance(value, list | Choice) else [value]),
    ]
    classifier: Classifier
    second_classifier: Classifier | None
    pixel_classifiers: Annotated[list[PixelClassifier], Different]
    pixel_images: int = Field(ge=2)
    convergence_check: bool
    real_curve: Count | None
    classifier_seeds: Seeds
    bootstrap: Bootstrap
    verdict: Verdict


ROLES = tuple(
    name for name, field in DataSet.model_fields.items() if field.annotation in (Classifier, Classifier | None)
)
"""The parameters that describe a network and its training; `second_classifier` may be None."""


def roles(entry: Mapping[str, Any]) -> list[str]:
    """Those of `ROLES` that a data set with complete parameters `entry` has."""
    return [role for role in ROLES if entry[role] is not None]
