"""The data card of exported images: origin, labels, quality, license (Gebru et al. 2021, Datasheets for datasets)."""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import yaml

from standin.experiments.arms import REFERENCE
from standin.reports.tables import mean_accuracy
from standin.reports.templating import TEMPLATES
from standin.verdict.schema import Verdict

LICENSES = (
    (r"CC BY-SA (\d\.\d)", "cc-by-sa-{}"),
    (r"CC BY (\d\.\d)", "cc-by-{}"),
    (r"Apache 2\.0", "apache-2.0"),
    (r"MIT", "mit"),
)
"""Beginning of a license -> its identifier at Hugging Face (huggingface.co/docs/hub/repositories-licenses)."""
SIZES = ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M"))
"""Fewer images than -> category."""
NO_EFFECT = ("enabled", "arms")
NO_EFFECT_IN_TRAINING = ("snapshot_epochs", "snapshot_images", "checkpoint_every")
"""Parameters of a model that do not affect its images."""


def data_card(
    experiment: str,
    entry: Mapping[str, Any],
    model: str,
    seed: int,
    synthetic: Mapping[str, np.ndarray],
    verdict: Verdict,
    accuracy: pd.DataFrame,
    sample_quality: Mapping[str, Any],
    file_format: str,
) -> str:
    """The card, as Markdown with the metadata header of Hugging Face.

    Args:
        experiment: such as `mnist.dcgan`.
        entry: the data set's complete parameters.
        seed: of the generator.
        synthetic: the exported images with their labels.
        verdict, accuracy: of the data set.
        file_format: image_folder, npz or parquet.
    """
    names = synthetic["class_names"]
    counts = np.bincount(synthetic["labels"], minlength=len(names))
    described = {key: value for key, value in entry["generative_models"][model].items() if key not in NO_EFFECT}
    training = described["training"]
    described["training"] = {key: training[key] for key in training if key not in NO_EFFECT_IN_TRAINING}
    of_experiment = accuracy[(accuracy["generative_model"] == model) & (accuracy["generator_seed"] == seed)]
    return TEMPLATES.get_template("data_card.md").render(
        experiment=experiment,
        title=entry["title"],
        license=entry["license"],
        license_id=license_id(entry["license"]),
        size_category=size_category(len(synthetic["labels"])),
        source=entry["source"]["_target_"],
        model=model,
        described=yaml.safe_dump(described, sort_keys=False, default_flow_style=False).strip(),
        seed=seed,
        n_images=len(synthetic["labels"]),
        shape=synthetic["images"].shape[1:],
        rounded=synthetic["images"].dtype != np.uint8 and file_format != "npz",
        n_train=int(synthetic["n_train"]),
        classes=list(zip(names.tolist(), counts.tolist(), strict=True)),
        label_source=str(synthetic["label_source"]),
        labels_spent=len(np.unique(synthetic["label_image_ids"])),
        is_manual=int(synthetic["is_manual"].sum()),
        conditions=entry["conditions"] if "conditions" in synthetic else [],
        answers=verdict.generative_models[model],
        alone=mean_accuracy(of_experiment, "synthetic"),
        real=mean_accuracy(accuracy, REFERENCE),
        test_images=verdict.test_images,
        metrics=sample_quality["metrics"],
        file_format=file_format,
        commit=commit_of(entry),
    )


def commit_of(entry: Mapping[str, Any]) -> str:
    """`, commit 1234abcd` of the run with these parameters; empty if unknown."""
    commit = entry.get("run", {}).get("commit", "")
    return f", commit {commit[:10]}" if commit else ""


def license_id(text: str | None) -> str | None:
    """`CC BY 4.0 (...)` -> `cc-by-4.0`; None for others, which the card states in words."""
    for pattern, identifier in LICENSES:
        if found := re.match(pattern, text or ""):
            return identifier.format(*found.groups())
    return None


def size_category(n: int) -> str:
    """The category of a number of images."""
    return next((name for limit, name in SIZES if n < limit), "n>1M")
