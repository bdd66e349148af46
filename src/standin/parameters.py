"""The schema of the configuration: what an entry for a data set may say, and which values are allowed.

Defaults are values, so they stand in `conf/base/parameters.yml` under `defaults`; every data set's entry is laid over
them. Structure is checked here, by pydantic, before anything is loaded: a key that is not in the schema is an error
that names it. Arguments of sources, models and classifiers are free here, since their constructors are their schema;
`check_values` holds them against it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, create_model

from standin.errors import InputError
from standin.targets import check_target, parameters_of

DEFAULTS = "defaults"
Arm = Literal["R", "R_budget", "R+aug", "S", "R+S", "S->R"]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Target = Annotated[str, BeforeValidator(check_target)]
Seed = Annotated[int, Field(ge=0)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class WithArguments(BaseModel):
    """`_target_` and arguments for it."""

    model_config = ConfigDict(extra="allow", strict=True)
    target: Target = Field(alias="_target_")


class Training(Strict):
    """How a generative model is trained."""

    epochs: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    snapshot_epochs: list[Annotated[int, Field(ge=1)]]
    snapshot_rows: int = Field(ge=1)
    checkpoint_every: int = Field(ge=1)
    augment: bool


class TrainingOverride(Strict):
    """What one generative model's entry says differently."""

    epochs: int | None = Field(None, ge=1)
    batch_size: int | None = Field(None, ge=1)
    snapshot_epochs: list[Annotated[int, Field(ge=1)]] | None = None
    snapshot_rows: int | None = Field(None, ge=1)
    checkpoint_every: int | None = Field(None, ge=1)
    augment: bool | None = None


class GenerativeModel(WithArguments):
    """A generative model: `_target_`, its constructor arguments, `training` where it differs, whether it is part of the
    pipeline, and of the data set's `arms` those it is put through (None: all)."""

    training: TrainingOverride | None = None
    enabled: bool = True
    arms: list[Arm] | None = None


class Classifier(Strict):
    """A classifier (`model`: `_target_` and arguments) and how it is trained."""

    model: WithArguments
    steps: int = Field(ge=1)
    batch_size: int = Field(ge=1)
    learning_rate: float = Field(gt=0)
    curve_points: int = Field(ge=1)


class Augmentation(Strict):
    """What changes an image and leaves its class as it is."""

    max_shift: int = Field(ge=0)
    flips: list[Literal["horizontal", "vertical"]]


class Examination(Strict):
    """How generated images are looked at."""

    rows: int = Field(ge=20)
    recognisable_above: float = Field(gt=0, lt=1)
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


class Verdict(Strict):
    """Margins of the verdict, in points."""

    replace_margin: float = Field(ge=0)
    extend_margin: float = Field(ge=0)


class DataSet(Strict):
    """All that is said of one data set."""

    title: str | None
    source: WithArguments
    conditions: list[str]
    split_seed: Seed
    label_budget: int | None = Field(ge=1)
    augmentation: Augmentation
    labeller: Classifier
    oracle: Classifier
    extractor: Classifier
    regressor: Classifier
    examination: Examination
    epoch_table: EpochTable | None
    labelling: Labelling
    training: Training
    generative_models: dict[Name, GenerativeModel] = Field(min_length=1)
    generator_seeds: list[Seed] = Field(min_length=1)
    n_synthetic: int | None = Field(ge=1)
    arms: list[Arm] = Field(min_length=1)
    synthetic_ratio: float = Field(gt=0)
    classifier: Classifier
    classifier_seeds: list[Seed] = Field(min_length=1)
    bootstrap: Bootstrap
    verdict: Verdict


def complete(raw: Mapping[str, Any], project_path: Path) -> dict[str, dict[str, Any]]:
    """Every data set's whole entry: laid over the defaults, checked, with absolute paths.

    Args:
        raw: the parameters as they stand in the configuration: `defaults` and one entry a data set.
        project_path: what a relative `source.path` starts from.

    Raises:
        InputError: all that is wrong with the first faulty data set, one line each, every line naming its key.
    """
    defaults = raw.get(DEFAULTS, {})
    # In alphabetical order: Kedro reads the files of an environment in an order that changes from run to run.
    names = sorted(set(raw) - {DEFAULTS})
    return {name: _complete(name, raw[name], defaults, project_path) for name in names}


def _complete(name: str, entry: Any, defaults: Mapping[str, Any], project_path: Path) -> dict[str, Any]:
    if not isinstance(entry, Mapping) or "source" not in entry:
        raise InputError(f"{name}: a data set's entry must be a mapping with a source, got {_shown(entry)}")
    merged = overlay(defaults, entry)
    try:
        DataSet.model_validate(merged)
    except ValidationError as error:
        raise InputError("\n".join(_sentences(name, error))) from None
    merged["title"] = merged["title"] or name
    if merged["oracle"]["model"]["_target_"] == merged["classifier"]["model"]["_target_"]:
        raise InputError(
            f"{name}.oracle.model: must be another architecture than the classifier's, "
            f"got {merged['oracle']['model']['_target_']!r} for both"
        )
    for shown in merged["examination"]["shown_conditions"]:
        if len(shown) != len(merged["conditions"]):
            raise InputError(
                f"{name}.examination.shown_conditions: each must have {len(merged['conditions'])} numbers, "
                f"one for each of conditions, got {shown}"
            )
    for key, model in merged["generative_models"].items():
        model["training"] = overlay(merged["training"], model.get("training") or {})
        model.setdefault("enabled", True)
        model["arms"] = [arm for arm in merged["arms"] if arm in (model.get("arms") or merged["arms"])]
        if not model["arms"]:
            there_are = ", ".join(merged["arms"])
            raise InputError(f"{name}.generative_models.{key}.arms: at least one must be of {name}.arms, {there_are}")
    if not any(model["enabled"] for model in merged["generative_models"].values()):
        raise InputError(f"{name}.generative_models: at least one must be enabled, got none")
    table = merged["epoch_table"]
    enabled = [model for model, described in merged["generative_models"].items() if described["enabled"]]
    if table and table["generative_model"] not in enabled:
        there_are = ", ".join(enabled)
        raise InputError(
            f"{name}.epoch_table.generative_model: must be one of {there_are}, got {table['generative_model']!r}"
        )
    for key in {"path", "catalogue"} & merged["source"].keys():
        merged["source"][key] = str(project_path / merged["source"][key])
    return merged


def overlay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid over `base`, mapping by mapping; another `_target_` takes none of the arguments of the one below
    it."""
    if over.get("_target_", base.get("_target_")) != base.get("_target_"):
        base = {}
    merged = dict(base)
    for key, value in over.items():
        below = base.get(key)
        merged[key] = (
            overlay(below if isinstance(below, Mapping) else {}, value) if isinstance(value, Mapping) else value
        )
    return merged


def _sentences(name: str, error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        where = ".".join([name, *(str(part) for part in problem["loc"])])
        if problem["type"] == "extra_forbidden":
            yield f"{where}: there is no such parameter"
        elif problem["type"] == "missing":
            yield f"{where}: must be given"
        else:
            message = problem["msg"].removeprefix("Value error, ")
            yield f"{where}: {message[0].lower()}{message[1:]}, got {_shown(problem['input'])}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def check_values(where: str, target: str, arguments: Mapping[str, Any]) -> None:
    """Holds argument values against the type hints of `target`.

    Raises:
        InputError: names each argument whose value does not fit, one line each.
    """
    hints = parameters_of(target)
    fields: Any = {name: (hints[name], ...) for name in arguments if name in hints}
    schema = create_model("Arguments", __config__=ConfigDict(protected_namespaces=()), **fields)
    try:
        schema.model_validate({name: arguments[name] for name in fields})
    except ValidationError as error:
        raise InputError("\n".join(_sentences(where, error))) from None


def arguments_of(entry: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Splits an entry into its `_target_` and the arguments for it; what a generative model's entry says of its
    training and its place in the pipeline is neither."""
    others = ("_target_", "training", "enabled", "arms")
    arguments = {name: value for name, value in entry.items() if name not in others}
    return entry["_target_"], arguments
