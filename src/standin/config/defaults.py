"""Completes the configuration: each data set overrides the defaults and is checked; each size of a learning curve
becomes a data set."""

import copy
import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import ValidationError

from standin.config.budget import BUDGETED, with_budget
from standin.config.plan import DataSetPlan
from standin.config.quick import shortened
from standin.config.renamed import renamed
from standin.config.schema import ROLES, DataSet, roles
from standin.core.cpu import resolve_precision
from standin.core.errors import InputError
from standin.core.mappings import overlay, shorten
from standin.core.paths import with_absolute_paths
from standin.core.validation import did_you_mean, sentences
from standin.data.registry import SOURCES
from standin.experiments.amounts import ratios
from standin.experiments.arms import ARMS, synthetic_runs
from standin.experiments.ids import is_image_set
from standin.models.registry import CLASSIFIERS, GENERATIVE_MODELS

DEFAULTS = "defaults"
NAME = re.compile(r"[^\W_][\w-]*", re.ASCII)
"""Of a data set: folders have this name, and names of nodes begin with it and a dot. Kedro has a pipeline
`__default__`."""
Sizes = Literal["n_real", "label_budget"]
COUNTED: dict[Sizes, str] = {"n_real": "images", "label_budget": "labels"}
"""Parameters that may be a list of sizes -> what they count."""


def complete(raw: Mapping[str, Any], project_path: Path) -> dict[str, DataSetPlan]:
    """Every data set with its complete, checked parameters and absolute paths; then the sizes of learning curves.

    Args:
        raw: the parameters of the configuration: one entry for each data set, and optionally `defaults`, which override
            the package's.
        project_path: folder to which relative paths in arguments refer.

    Raises:
        InputError: every mistake of the first invalid data set, one line each, with its key.
    """
    _check_names(raw)
    defaults = overlay(packaged(), raw.get(DEFAULTS, {}))
    plans: dict[str, DataSetPlan] = {}
    sizes: dict[str, DataSetPlan] = {}
    # In alphabetical order: Kedro reads the files of an environment in an order that changes from run to run.
    for name in sorted(set(raw) - {DEFAULTS}):
        entry = _complete(name, raw[name], defaults, raw.get(DEFAULTS, {}), project_path)
        sized = _sizes(name, entry)
        if same := sorted(set(sized) & set(raw)):
            raise InputError(f"{name} has a size whose results are named {same[0]}, like another data set: rename one")
        curve = next((key for key in get_args(Sizes) if isinstance(entry[key], list)), None)
        # All images are for the reference models, which may see every training image.
        plans[name] = DataSetPlan(name, entry | ({curve: None} if curve else {}), curve, tuple(sized))
        sizes |= sized
    return plans | sizes


def packaged() -> dict[str, Any]:
    """The default parameters that are part of the package."""
    return dict(yaml.safe_load(files("standin.config").joinpath("defaults.yml").read_text(encoding="utf-8")))


def _check_names(raw: Mapping[str, Any]) -> None:
    if old := list(renamed(raw)):
        raise InputError("\n".join(old))
    known = [DEFAULTS, *(name for name, entry in raw.items() if isinstance(entry, Mapping) and "source" in entry)]
    for name, entry in raw.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            expected = "consist of letters, digits, - and _, and begin with a letter or digit"
            raise InputError(f"the name of a data set must {expected}, got {name!r}")
        if not isinstance(entry, Mapping):
            raise InputError(f"{name}: the entry of a data set must be a mapping with a source, got {shorten(entry)}")
        if name not in known:
            hint = did_you_mean(name, known)
            raise InputError(f"no data set {name!r}{hint} (the entry of a new data set must have a source)")


def _complete(
    name: str,
    entry: Mapping[str, Any],
    defaults: Mapping[str, Any],
    own_defaults: Mapping[str, Any],
    project_path: Path,
) -> dict[str, Any]:
    """One data set; `own_defaults` are those of the configuration, which `defaults` contain."""
    merged = overlay(_with_targets(DEFAULTS, defaults), _with_targets(name, entry))
    _merge_training(name, merged)
    try:
        completed = DataSet.model_validate(merged).model_dump(by_alias=True)
    except ValidationError as error:
        raise InputError("\n".join(sentences(name, error, DataSet))) from None
    completed["title"] = completed["title"] or name
    completed = with_budget(completed, _with_own_steps(entry, own_defaults), project_path)
    if completed["quick"]:
        completed = shortened(completed)
    completed["precision"] = precision = resolve_precision(completed["precision"])
    for role in roles(completed):
        completed[role]["precision"] = precision
        if completed[role]["recipe"]["augmentation"] == "dataset":
            completed[role]["recipe"]["augmentation"] = completed["augmentation"]
    for model in completed["generative_models"].values():
        if not is_image_set(model):
            model["training"]["precision"] = precision
        model["arms"] = [arm for arm in completed["arms"] if arm in (model["arms"] or completed["arms"])]
    _check_choices(name, completed)
    _check_mixtures(name, completed)
    _check_models(name, completed)
    return dict(with_absolute_paths(completed, project_path))


def _with_own_steps(*given: Mapping[str, Any]) -> set[str]:
    """The networks whose steps or batch size a configuration sets."""
    return {role for entry in given for role in BUDGETED if {"steps", "batch_size"} & {*(entry.get(role) or ())}}


def _with_targets(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The entry with dotted targets in place of registered names."""
    resolved = copy.deepcopy(dict(entry))

    def resolve(where: str, described: Any, target: Callable[[str], str]) -> None:
        if isinstance(described, dict) and "_target_" in described:
            try:
                described["_target_"] = target(described["_target_"])
            except InputError as error:
                raise InputError(f"{name}.{where}._target_: {error}") from None

    resolve("source", resolved.get("source"), SOURCES.target)
    for role in ROLES:
        if isinstance(settings := resolved.get(role), dict):
            resolve(f"{role}.model", settings.get("model"), CLASSIFIERS.target)
    models = resolved.get("generative_models")
    for key, model in (models if isinstance(models, dict) else {}).items():
        resolve(f"generative_models.{key}", model, GENERATIVE_MODELS.target)
        given = model.get("images") if is_image_set(model) else None
        for source in given if isinstance(given, list) else [given]:
            resolve(f"generative_models.{key}.images", source, SOURCES.target)
    return resolved


def _merge_training(name: str, merged: dict[str, Any]) -> None:
    """Overrides the data set's training with that of each generative model. The schema rejects other types later."""
    models = merged.get("generative_models")
    models = models if isinstance(models, dict) else {}
    models = {key: model for key, model in models.items() if isinstance(model, dict)}
    known = [key for key, model in models.items() if "_target_" in model or is_image_set(model)]
    for key, model in models.items():
        if key not in known:
            hint = did_you_mean(key, known)
            expected = "a new model must be given a _target_, or images"
            raise InputError(f"{name} has no generative model {key!r}{hint} ({expected})")
        if is_image_set(model):
            continue
        training = model.get("training") or {}
        if isinstance(training, Mapping) and isinstance(merged.get("training"), Mapping):
            model["training"] = overlay(merged["training"], training)


def _check_choices(name: str, entry: dict[str, Any]) -> None:
    """Checks parameters that depend on each other, which the schema cannot express."""
    if "real" not in entry["arms"]:
        raise InputError(f"{name}.arms: must contain real, which the other arms are compared with, got {entry['arms']}")
    if entry["convergence_check"] and entry["classifier"]["steps"] < 2:
        raise InputError(f"{name}.classifier.steps: must be at least 2 with convergence_check, got 1")
    for role in {"classifier", "second_classifier"} & {*roles(entry)}:
        if "synthetic_then_real" in entry["arms"] and entry[role]["steps"] % 2:
            raise InputError(
                f"{name}.{role}.steps: must be even with arm synthetic_then_real, which takes half of the steps on "
                f"generated and half on real images, got {entry[role]['steps']}"
            )
    for role in {"oracle", "second_classifier"} & {*roles(entry)}:
        if entry[role]["model"]["_target_"] == entry["classifier"]["model"]["_target_"]:
            raise InputError(
                f"{name}.{role}.model: must be another architecture than the classifier's, "
                f"got {entry[role]['model']['_target_']!r} for both"
            )
    if "synthetic_soft" in entry["arms"] and "real_soft" not in entry["arms"]:
        raise InputError(
            f"{name}.arms: must contain real_soft with synthetic_soft, since soft labels carry what the pseudo-labeler "
            f"knows, whatever the images, got {entry['arms']}"
        )
    for condition in entry["sample_quality"]["shown_conditions"]:
        if len(condition) != len(entry["conditions"]):
            raise InputError(
                f"{name}.sample_quality.shown_conditions: each must have {len(entry['conditions'])} numbers, "
                f"one for each of conditions, got {condition}"
            )
    lists = [key for key in get_args(Sizes) if isinstance(entry[key], list)]
    if len(lists) > 1:
        raise InputError(f"{name}: only one of {' and '.join(lists)} may be a list of sizes, got both")


def _check_mixtures(name: str, entry: dict[str, Any]) -> None:
    """Checks the arms that need others, and the amounts of generated images with real ones."""
    for arms in (entry["arms"], *(model["arms"] for model in entry["generative_models"].values())):
        for arm in arms:
            present = [key for key in entry["arms"] if key in arms or not ARMS[key].generated]
            if missing := next((key for key in ARMS[arm].needs if key not in present), None):
                raise InputError(f"{name}.arms: must contain {missing}, which {arm} needs, got {arms}")
    if "mixed_equal_exposure" in entry["arms"] and (first := ratios(entry["synthetic_ratio"])[0]) > 1:
        raise InputError(
            f"{name}.synthetic_ratio: the first must be at most 1 with arm mixed_equal_exposure, or its training would "
            f"be longer than that of real_longer, got {first:g}"
        )
    several = isinstance(entry["synthetic_ratio"], list) and len(entry["synthetic_ratio"]) > 1
    if several and None not in entry["n_synthetic"]:
        raise InputError(
            f"{name}.synthetic_ratio: may be a list if n_synthetic contains null, which is enough images for "
            f"the largest ratio, got {entry['synthetic_ratio']} with n_synthetic {entry['n_synthetic']}"
        )


def _check_models(name: str, entry: dict[str, Any]) -> None:
    for key in entry["generative_models"]:
        if not any(run.arm.question for run in synthetic_runs(entry, key)):
            generated = ", ".join(arm.key for arm in ARMS.values() if arm.question)
            raise InputError(
                f"{name}.generative_models.{key}.arms: must contain an arm with generated images ({generated}; imputed "
                f"needs a withheld_subset) that is also in {name}.arms, {', '.join(entry['arms'])}"
            )
    enabled = [key for key, model in entry["generative_models"].items() if model["enabled"]]
    if not enabled:
        raise InputError(f"{name}.generative_models: at least one must be enabled, got none")
    table = entry["epoch_table"]
    if table and (given := table["generative_model"]) not in enabled:
        hint = did_you_mean(given, enabled)
        raise InputError(f"{name}.epoch_table.generative_model: no enabled model {given!r}{hint}")


def _sizes(curve: str, entry: dict[str, Any]) -> dict[str, DataSetPlan]:
    """The data sets of a learning curve, one for each size; none for other data sets."""
    plans = {}
    for key, counted in COUNTED.items():
        for size in entry[key] if isinstance(entry[key], list) else ():
            name = f"{curve}_{'all' if size is None else size}_{counted}"
            title = f"{entry['title']}, {'all' if size is None else f'{size:,}'} {counted}"
            sized = copy.deepcopy(entry) | {key: size, "title": title}
            if key == "n_real" and size is not None and (sized["label_budget"] or 0) >= size:
                sized["label_budget"] = None  # the budget covers all labels of so few images
            plans[name] = DataSetPlan(name, sized, part_of=curve)
    return plans
