"""The data card of exported images: how they were made, from what, and what is known of them.

Its questions are those of Gebru et al. (2021), Datasheets for datasets.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import yaml

from standin.reports.report import mean_accuracy
from standin.reports.templating import TEMPLATES

PLACE = ("enabled", "arms")
WATCHED = ("snapshot_epochs", "snapshot_images", "checkpoint_every")
"""What a model's entry says that changes none of its images."""


def data_card(
    experiment: str,
    entry: Mapping[str, Any],
    model: str,
    seed: int,
    rows: Mapping[str, np.ndarray],
    verdict: Mapping[str, Any],
    accuracy: pd.DataFrame,
    metrics: Sequence[Mapping[str, Any]],
    form: str,
) -> str:
    """The card, as Markdown that begins with what Hugging Face reads of a data set.

    Args:
        experiment: such as `mnist.dcgan`.
        entry: the data set's complete parameters.
        model, seed: the generative model's name, and its generator seed.
        rows: the labeled generated rows that are exported.
        verdict, accuracy: of the data set.
        metrics: of the images.
        form: image_folder, npz or parquet.
    """
    counts = np.bincount(rows["labels"], minlength=len(rows["class_names"]))
    described = {key: value for key, value in entry["generative_models"][model].items() if key not in PLACE}
    described["training"] = {key: value for key, value in described["training"].items() if key not in WATCHED}
    own = (accuracy["generative_model"] == model) & (accuracy["generator_seed"] == seed)
    alone, real = (mean_accuracy(rows, arm) for rows, arm in ((accuracy[own], "synthetic"), (accuracy, "real")))
    return TEMPLATES.get_template("data_card.md").render(
        experiment=experiment,
        title=entry["title"],
        license=entry["license"],
        source=entry["source"]["_target_"],
        model=model,
        described=yaml.safe_dump(described, sort_keys=False, default_flow_style=False).strip(),
        seed=seed,
        rows=len(rows["labels"]),
        shape=rows["images"].shape[1:],
        rounded=rows["images"].dtype != np.uint8 and form != "npz",
        n_train=int(rows["n_train"]),
        classes=list(zip(rows["class_names"].tolist(), counts.tolist(), strict=True)),
        label_source=str(rows["label_source"]),
        labels_spent=len(np.unique(rows["label_image_ids"])),
        is_manual=int(rows["is_manual"].sum()),
        conditions=entry["conditions"] if "conditions" in rows else [],
        judged=verdict["generative_models"][model],
        alone=alone,
        real=real,
        test_images=verdict["test_images"],
        metrics=metrics,
        form=form,
    )
