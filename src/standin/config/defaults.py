"""Completing the configuration: every data set's entry laid over the defaults, checked, and, where it asks for a
learning curve, made into one entry for each size.

Arguments of sources, models and classifiers are free in the schema, since their constructors are their schema;
`standin.core.instantiate.check_values` holds them against it.
"""

import copy
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from standin.config.schema import ROLES, DataSet, WithheldSubset
from standin.core.errors import InputError
from standin.core.mappings import overlay, shown
from standin.core.paths import with_absolute_paths
from standin.core.validation import sentences
from standin.experiments.arms import ARMS, synthetic_runs

DEFAULTS = "defaults"
NAME = re.compile(r"\w[\w-]*", re.ASCII)
"""Of a data set: it is the name of folders, and the first part of the names of nodes, which a dot would divide."""
CURVES = {"n_real": "images", "label_budget": "labels"}
"""Parameters that may be a list of sizes -> what they count."""


def complete(raw: Mapping[str, Any], project_path: Path) -> dict[str, dict[str, Any]]:
    """Every data set's whole entry: laid over the defaults, checked, with absolute paths.

    Args:
        raw: the parameters as they stand in the configuration: `defaults` and one entry a data set.
        project_path: folder against which relative paths in arguments are resolved.

    Raises:
        InputError: all that is wrong with the first faulty data set, one line each, every line naming its key.
    """
    for name in raw:
        if not isinstance(name, str) or not NAME.fullmatch(name):
            raise InputError(f"a data set's name must be of letters, digits, - and _, got {name!r}")
    defaults = raw.get(DEFAULTS, {})
    # In alphabetical order: Kedro reads the files of an environment in an order that changes from run to run.
    names = sorted(set(raw) - {DEFAULTS})
    entries = {name: _complete(name, raw[name], defaults, project_path) for name in names}
    for name in names:
        entries |= _sizes(name, entries[name])
    return entries


def _sizes(name: str, entry: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The entries of a learning curve, one for each size; none where no parameter is a list of sizes."""
    lists = [key for key in CURVES if isinstance(entry[key], list)]
    if len(lists) > 1:
        raise InputError(f"{name}: only one of {' and '.join(CURVES)} may be a list of sizes, got both")
    sizes = {}
    for key in lists:
        for size in entry[key]:
            number = "all" if size is None else size
            title = f"{entry['title']}, {'all' if size is None else f'{size:,}'} {CURVES[key]}"
            own = copy.deepcopy(entry) | {key: size, "title": title, "part_of": name}
            if key == "n_real" and size is not None and (own["label_budget"] or 0) >= size:
                own["label_budget"] = None  # a budget that reaches for all labels of so few rows
            sizes[f"{name}_{number}_{CURVES[key]}"] = own
        # The whole is for judges alone.
        entry |= {key: None, "curve": key, "sizes": list(sizes)}
    return sizes


def _complete(name: str, entry: Any, defaults: Mapping[str, Any], project_path: Path) -> dict[str, Any]:
    if not isinstance(entry, Mapping) or "source" not in entry:
        raise InputError(f"{name}: a data set's entry must be a mapping with a source, got {shown(entry)}")
    merged = overlay(defaults, entry)
    try:
        DataSet.model_validate(merged)
    except ValidationError as error:
        raise InputError("\n".join(sentences(name, error))) from None
    merged["title"] = merged["title"] or name
    if merged["withheld_subset"]:
        merged["withheld_subset"] = WithheldSubset.model_validate(merged["withheld_subset"]).model_dump(by_alias=True)
    for key in ("n_synthetic", "synthetic_ratio"):
        if not isinstance(merged[key], list):
            merged[key] = [merged[key]]
    for role in ROLES:
        recipe = merged[role]["recipe"]
        if recipe["augmentation"] == "dataset":
            merged[role] = merged[role] | {"recipe": recipe | {"augmentation": merged["augmentation"]}}
    _complete_models(name, merged)
    _check_choices(name, merged)
    return dict(with_absolute_paths(merged, project_path))


def _complete_models(name: str, merged: dict[str, Any]) -> None:
    """Lays each generative model's training over that of the data set, and chooses its arms among those of it."""
    for key, model in merged["generative_models"].items():
        model["training"] = overlay(merged["training"], model.get("training") or {})
        model.setdefault("enabled", True)
        model["arms"] = [arm for arm in merged["arms"] if arm in (model.get("arms") or merged["arms"])]
        if not synthetic_runs(merged, key):
            there_are = ", ".join(merged["arms"])
            with_rows = ", ".join(arm.key for arm in ARMS.values() if arm.generated)
            raise InputError(
                f"{name}.generative_models.{key}.arms: at least one must have generated rows ({with_rows}, of which "
                f"imputed needs a hole) and be of {name}.arms, {there_are}"
            )


def _check_choices(name: str, merged: dict[str, Any]) -> None:
    """What the schema cannot say: choices that have to fit each other."""
    if "real" not in merged["arms"]:
        raise InputError(
            f"{name}.arms: must hold real, the real train rows, which the others are compared with, got {merged['arms']}"
        )
    if "synthetic_then_real" in merged["arms"] and merged["classifier"]["steps"] % 2:
        raise InputError(
            f"{name}.classifier.steps: must be even where there is arm synthetic_then_real, which takes half of them on each kind of "
            f"rows, got {merged['classifier']['steps']}"
        )
    if merged["oracle"]["model"]["_target_"] == merged["classifier"]["model"]["_target_"]:
        raise InputError(
            f"{name}.oracle.model: must be another architecture than the classifier's, "
            f"got {merged['oracle']['model']['_target_']!r} for both"
        )
    if len(merged["synthetic_ratio"]) > 1 and None not in merged["n_synthetic"]:
        raise InputError(
            f"{name}.synthetic_ratio: may be a list where n_synthetic holds null, which makes enough rows for the "
            f"largest, got {merged['synthetic_ratio']} with n_synthetic {merged['n_synthetic']}"
        )
    for condition in merged["sample_quality"]["shown_conditions"]:
        if len(condition) != len(merged["conditions"]):
            raise InputError(
                f"{name}.sample_quality.shown_conditions: each must have {len(merged['conditions'])} numbers, "
                f"one for each of conditions, got {condition}"
            )
    if not any(model["enabled"] for model in merged["generative_models"].values()):
        raise InputError(f"{name}.generative_models: at least one must be enabled, got none")
    table = merged["epoch_table"]
    enabled = [model for model, described in merged["generative_models"].items() if described["enabled"]]
    if table and table["generative_model"] not in enabled:
        there_are = ", ".join(enabled)
        raise InputError(
            f"{name}.epoch_table.generative_model: must be one of {there_are}, got {table['generative_model']!r}"
        )
