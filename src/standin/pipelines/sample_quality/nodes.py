"""The node that examines one generative model's images beside their use: are they recognizable, are they what they
claim to be, are they copies, and what its kind of model can show besides.

Which further examinations apply follows from what the model offers (`encode` and `decode`: autoencoders;
`recognize`: codes) and what it was asked for (conditions).
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from standin.core.leakage import assert_unseen, seen_arrays
from standin.core.remembering import remembering
from standin.figures.grids import marked_grid
from standin.metrics.recognition import agreement, confident_fraction
from standin.pipelines.sample_quality.autoencoders import evaluate_autoencoder
from standin.pipelines.sample_quality.codes import evaluate_codes
from standin.pipelines.sample_quality.conditions import evaluate_conditions
from standin.pipelines.sample_quality.distances import evaluate_distances
from standin.pipelines.sample_quality.findings import MetricResult, Panel, Part, counted, draw, of_proportion

Arrays = dict[str, np.ndarray]
Model = Any  # keras.Model, standin.training.GenerativeModel: Keras is imported when a node runs
GRID = 100


def evaluate_samples(
    generative_model: Model,
    synthetic: Arrays,
    labeled_synthetic: Arrays,
    snapshots: Arrays,
    history: pd.DataFrame,
    train: Arrays,
    validation: Arrays,
    test: Arrays,
    oracle: Model,
    oracle_seen: Arrays,
    feature_extractor: Model,
    feature_extractor_seen: Arrays,
    sample_quality: dict[str, Any],
    withheld_subset: dict[str, Any] | None,
    regressor: Model | None = None,
    regressor_seen: Arrays | None = None,
    *,
    experiment: str,
) -> tuple[dict[str, Any], dict[str, Figure]]:
    """Everything that is said of a generative model but for the accuracy of the classifiers trained on it.

    Args:
        examination: `rows` (at most so many of each kind are looked at), `confident_above` (how sure the oracle
            must be of an image that counts as recognizable), `shown_conditions`.
        hole: which train rows were taken out; None: none.
        regressor: reads conditions from images; for data sets that have them.
        oracle_seen, feature_extractor_seen, regressor_seen: which rows each judge has seen.

    Returns:
        `findings` (a list of `MetricResult` as mappings), `captions` (of the figures), and what was `noticed` of the
        training (a list of sentences); and the figures by name.

    Raises:
        LeakError: if the model, its pseudo-labeler or a judge saw a row that it is scored on.
    """
    seen = seen_arrays(labeled_synthetic) | oracle_seen | feature_extractor_seen | (regressor_seen or {})
    judges = ["oracle", "feature_extractor", *(["regressor"] if regressor_seen is not None else [])]
    for name, held_out in (("test", test), ("validation", validation)):
        assert_unseen(held_out, name, seen, ["generative_model", *judges])
    half = {name: train[name][train["half"] == 1] for name in ("images", "image_ids")}
    assert_unseen(half, "half-B training", feature_extractor_seen)
    rows = sample_quality["max_images"]
    parts = [
        _recognition(oracle, synthetic, labeled_synthetic, validation, sample_quality, experiment),
        evaluate_distances(
            feature_extractor, labeled_synthetic, train, validation, test, rows, experiment, withheld_subset
        ),
        _balance(history),
    ]
    if hasattr(generative_model, "encode"):
        parts.append(evaluate_autoencoder(generative_model, snapshots, train, test, oracle, experiment))
    if hasattr(generative_model, "recognize"):
        parts.append(evaluate_codes(generative_model, train, test, oracle, experiment))
    if regressor is not None and generative_model.condition == "conditions":
        shown = sample_quality["shown_conditions"]
        parts.append(
            evaluate_conditions(generative_model, labeled_synthetic, train, test, regressor, shown, rows, experiment)
        )
    findings = [finding._asdict() for found, _ in parts for finding in found]
    pictures = {name: picture for _, drawn in parts for name, picture in drawn.items()}
    captions = {name: picture.caption for name, picture in pictures.items()}
    made = {"findings": findings, "captions": captions, "noticed": _noticed(history, snapshots, train)}
    return made, {name: p.figure for name, p in pictures.items()}


def _recognition(
    oracle: Model,
    synthetic: Arrays,
    labeled: Arrays,
    validation: Arrays,
    sample_quality: dict[str, Any],
    experiment: str,
) -> Part:
    """The oracle's view: how many samples are recognizable, and how many show what their label says."""
    rows, threshold = sample_quality["max_images"], sample_quality["confident_above"]
    seen = _called_by(oracle, synthetic["images"][:rows])
    called = _called_by(oracle, labeled["images"][:rows])  # often the same images
    other = draw(validation, rows, seed=1)
    real = _called_by(oracle, other["images"])
    findings = [
        of_proportion(
            "confident_fraction",
            confident_fraction(seen, threshold),
            confident_fraction(real, threshold),
            f"share of generated images, none left out, of which the oracle is at least {threshold:.0%} sure",
        ),
        of_proportion(
            "label_accuracy",
            agreement(called, labeled["labels"][:rows]),
            agreement(real, other["labels"]),
            "share of generated images that the oracle takes for what their label says",
        ),
    ]
    first = seen[:GRID]
    rejected = first.max(axis=1) < threshold
    title = f"{experiment}: the first {len(first)} samples"
    figure = marked_grid(synthetic["images"][: len(first)], rejected, columns=20, title=title)
    caption = (
        f"The first {len(first)} samples, as they came. Framed: the {rejected.sum()} of which the oracle is less than "
        f"{threshold:.0%} sure."
    )
    return counted(findings, len(seen), len(real)), {"confident_fraction": Panel(figure, caption)}


@remembering(most=3)
def _called_by(oracle: Model, images: np.ndarray) -> np.ndarray:
    from standin.training.inference import predict

    return predict(oracle, images)


def _noticed(history: pd.DataFrame, snapshots: Arrays, train: Arrays) -> list[str]:
    """What went wrong in the training, as it was said then."""
    from standin.training.diagnostics import diagnose, snapshot_stats

    if not len(history):
        return []
    prefix = "epoch_"
    shown = {int(name.removeprefix(prefix)): snapshots[name] for name in snapshots if name.startswith(prefix)}
    columns = {str(name): column.tolist() for name, column in history.items()}
    stats = snapshot_stats(shown, train["images"])
    return [diagnosis.message for diagnosis in diagnose(columns, stats, columns["epoch"][-1])]


def _balance(history: pd.DataFrame) -> Part:
    """How far the discriminator is from not being able to tell, at the end."""
    names = ("discriminator_on_real", "discriminator_on_generated")
    if not len(history) or any(name not in history for name in names):
        return [], {}
    last = history.iloc[-1]
    distance = max(abs(float(last[name]) - 0.5) for name in names)
    meaning = (
        "how far the discriminator's mean outputs are from 1/2 in the last epoch, which is what it says where it "
        "cannot tell (.45 with targets of .9)"
    )
    return [MetricResult("discriminator_from_half", distance, meaning)], {}
