"""Renamed and moved configuration keys: an old name fails with a message that states the new one."""

from collections.abc import Iterator, Mapping
from typing import Any

RENAMED = {
    "labeller": "pseudo_labeler",
    "labelling": "pseudo_labeling",
    "extractor": "feature_extractor",
    "examination": "sample_quality",
    "examination.rows": "max_images",
    "sample_quality.rows": "max_images",
    "recognisable_above": "confident_above",
    "hole": "withheld_subset",
    "real_rows": "n_real",
    "licence": "license",
    "least_steps": "min_steps",
    "snapshot_rows": "snapshot_images",
    "curve_points": "log_points",
    "epoch_table.rows": "n_images",
    "standardise": "standardize",
    "batch_normalisation": "batch_normalization",
    "spectral_normalisation": "spectral_normalization",
    "source.catalogue": "catalog",
}
"""Last parts of an old dotted key -> new last part."""

MOVED = {"training.precision": "precision"}
"""Last parts of an old dotted key -> new key, directly in the entry of a data set."""

RENAMED_ARMS = {
    "R": "real",
    "R_budget": "labeled_subset",
    "R+repeat": "oversampled",
    "S": "synthetic",
    "R+S": "mixed",
    "R+fill": "imputed",
    "S->R": "synthetic_then_real",
}
REPLACED_ARMS = ("R+aug", "real_augmented")
REPLACED = "was replaced: real is augmented now, and real_unaugmented is not"
RENAMED_TARGETS = {"standin.data.colour_mnist.load": "standin.data.color_mnist.load"}
RENAMED_DATA_SETS = {"colour_mnist": "color_mnist"}


def renamed(raw: Mapping[str, Any]) -> Iterator[str]:
    """One sentence for each old name in the raw parameters."""
    for name, entry in raw.items():
        if name in RENAMED_DATA_SETS:
            yield f"data set {name} was renamed to {RENAMED_DATA_SETS[name]}"
        if isinstance(entry, Mapping):
            yield from _renamed_below(str(name), entry)


def _renamed_below(where: str, mapping: Mapping[str, Any]) -> Iterator[str]:
    # Arguments of other packages' models may have any name.
    is_ours = str(mapping.get("_target_", "standin.")).startswith("standin.") or "." not in str(mapping["_target_"])
    for key, value in mapping.items():
        path = f"{where}.{key}"
        new = RENAMED.get(".".join(path.split(".")[-2:]), RENAMED.get(str(key))) if is_ours else None
        if new:
            yield f"{path} was renamed to {new}"
        if moved := MOVED.get(".".join(path.split(".")[-2:])):
            yield f"{path} was moved to {path.partition('.')[0]}.{moved}"
        if isinstance(value, Mapping):
            yield from _renamed_below(path, value)
        elif key == "arms" and isinstance(value, list):
            yield from (
                f"{path}: {arm} was renamed to {RENAMED_ARMS[arm]}" for arm in map(str, value) if arm in RENAMED_ARMS
            )
            yield from (f"{path}: {arm} {REPLACED}" for arm in map(str, value) if arm in REPLACED_ARMS)
        elif key == "_target_" and str(value) in RENAMED_TARGETS:
            yield f"{path}: {value} was renamed to {RENAMED_TARGETS[str(value)]}"
