"""An experiment's section of its data set's report."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from standin.reports.tables import less_favorable, recall_by_class
from standin.reports.templating import TEMPLATES

BROWSED = 200
"""Images of the table that the page has."""
SECTION_FIGURES = ("samples_figure", "labeled_figure", "losses_figure", "training_figure", "confusion_figure")


def write_section(
    labels: Mapping[str, Any],
    pseudo_labeler_report: Mapping[str, Any],
    history: pd.DataFrame,
    recalls: pd.DataFrame,
    real_recalls: pd.DataFrame,
    sample_quality: Mapping[str, Any],
    sample_quality_figures: Mapping[str, Callable[[], bytes]],
    samples: pd.DataFrame,
    *parts: Any,
    experiment: str,
) -> str:
    """The section, as HTML.

    Args:
        labels, pseudo_labeler_report: how the generated images were labeled.
        history: losses by epoch; empty if the model was fitted in closed form.
        recalls, real_recalls: recall by class, of the experiment's arms and of those without generated images.
        sample_quality, sample_quality_figures: metrics and captions, and PNG files by name.
        samples: the table of images.
        parts: PNG files, in the order of `SECTION_FIGURES`; then the table of the choice of the amount of generated
            images, if validation images chose it (`standin.pipelines.classification.nodes.train_mixture`).
        experiment: name without the data set's.
    """
    captions = sample_quality["captions"]
    return TEMPLATES.get_template("section.html").render(
        experiment=experiment,
        labels=labels,
        pseudo_labeler_report=pseudo_labeler_report,
        epochs=len(history),
        recalls=recall_by_class(pd.concat([real_recalls, recalls])),
        classifier_seeds=recalls["classifier_seed"].nunique(),
        metrics=sample_quality["metrics"],
        less_favorable=less_favorable(sample_quality["metrics"]),
        diagnostics=sample_quality["diagnostics"],
        captioned_figures=[(captions[name], load()) for name, load in sorted(sample_quality_figures.items())],
        samples=_browsed(samples),
        classes=sorted(samples["label"].unique(), key=str),
        mixture=[row for table in parts[len(SECTION_FIGURES) :] for row in table.to_dict("records")],
        **dict(zip(SECTION_FIGURES, parts[: len(SECTION_FIGURES)], strict=True)),
    )


def _browsed(samples: pd.DataFrame) -> list[dict[str, Any]]:
    """The first images, as the browser of the page reads them."""
    rows = samples.head(BROWSED).to_dict("records")
    return [
        {
            **{name: row[name] for name in ("label", "oracle", "nearest_label")},
            **{name: bool(row[name]) for name in ("agrees", "manual", "copy")},
            **{name: round(float(row[name]), 3) for name in ("confidence", "distance")},
            **{name: base64.b64encode(row[name]).decode() for name in ("image", "nearest_image")},
        }
        for row in rows
    ]
