"""The node that draws the figures of one generative model's images, each with its caption."""

from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from standin.data.subset import draw
from standin.figures.conditions import requested_and_predicted
from standin.figures.grids import Pairs, marked_grid, paired_rows
from standin.figures.latents import latent_scatter, manifold
from standin.figures.reconstructions import reconstructions_by_epoch
from standin.figures.traversals import Traversal, traversals
from standin.metrics.codes import match_categories
from standin.metrics.nearest import nearest
from standin.pipelines.references.images import half_b
from standin.pipelines.sample_quality.nodes import GENERATED_SEED

Arrays = dict[str, np.ndarray]
GRID = 100
NEIGHBORS = 12
"""Pairs per part of the figure of nearest training images."""
POINTS = 1000


class Panel(NamedTuple):
    """A figure and its caption."""

    figure: Figure
    caption: str


def draw_figures(
    synthetic: Arrays,
    labeled_synthetic: Arrays,
    train: Arrays,
    test: Arrays,
    features: Arrays,
    reference_features: Arrays,
    predictions: Arrays,
    reference_predictions: Arrays,
    sample_quality: dict[str, Any],
    model_outputs: Arrays | None = None,
    *,
    experiment: str,
) -> tuple[dict[str, Figure], dict[str, str]]:
    """Figures and captions, by name.

    Args:
        sample_quality: has `confident_above`.
        model_outputs: of `probe_model`; None for images whose model is not known.
        experiment: in titles.
    """
    model_outputs = model_outputs or {}
    panels = {
        "confident_fraction": sample_grid(
            synthetic["images"][:GRID], predictions["samples"][:GRID], sample_quality["confident_above"], experiment
        ),
        "nearest_training_images": nearest_training_images(
            draw(labeled_synthetic, len(features["generated"]), GENERATED_SEED)["images"],
            features["generated"],
            half_b(train)["images"],
            reference_features["training"],
            experiment,
        ),
    }
    if "latents" in model_outputs:
        panels |= reconstruction_panels(model_outputs, test, reference_predictions["test"], experiment)
    if "categories" in model_outputs:
        panels |= traversal_panels(model_outputs, train, experiment)
    if "readings" in predictions:
        panels["conditions"] = condition_readings_panel(predictions, reference_predictions, train, experiment)
    if "shown_conditions" in model_outputs:
        panels["at_conditions"] = at_conditions_panel(model_outputs, train, experiment)
    figures = {name: panel.figure for name, panel in panels.items()}
    return figures, {name: panel.caption for name, panel in panels.items()}


def sample_grid(images: np.ndarray, probabilities: np.ndarray, confident_above: float, experiment: str) -> Panel:
    """The first samples, with a frame where the oracle is not confident."""
    rejected = probabilities.max(axis=1) < confident_above
    title = f"{experiment}: the first {len(images)} samples"
    return Panel(
        marked_grid(images, rejected, columns=20, title=title),
        f"The first {len(images)} samples, none left out. Framed: the {rejected.sum()} for which the oracle gives no "
        f"class a probability of {confident_above:.0%}.",
    )


def nearest_training_images(
    generated: np.ndarray,
    generated_features: np.ndarray,
    training: np.ndarray,
    training_features: np.ndarray,
    experiment: str,
) -> Panel:
    """Generated images above their nearest training images in feature space: the closest pairs, and random ones."""
    closest = nearest(generated_features, training_features)
    shown = min(NEIGHBORS, len(generated))
    strips = [
        Pairs(title, generated[chosen], training[closest.indices[chosen]])
        for title, chosen in (
            (f"the {shown} closest of {len(generated):,}", np.argsort(closest.distance, kind="stable")[:shown]),
            (f"{shown} at random", np.arange(shown)),
        )
    ]
    return Panel(
        paired_rows(strips, ("generated", "nearest\ntraining image"), f"{experiment}: nearest training images"),
        "Generated images, each above the training image (of half B) that is nearest to it in the extractor's "
        "features: first the closest of all, then some at random. A copy would look the same as the image below it.",
    )


def reconstruction_panels(
    outputs: Arrays, test: Arrays, probabilities: np.ndarray, experiment: str
) -> dict[str, Panel]:
    """Reconstructions of test images by epoch; for two latents, also the latent space.

    Args:
        outputs: of `probe_autoencoder`.
        probabilities: (n, classes) of the oracle for test images.
    """
    names = test["class_names"].tolist()
    predicted = _by_epoch(outputs, "reconstructions_predicted_")
    reconstructions = _by_epoch(outputs, "reconstructions_")
    shown = len(next(iter(predicted.values())))
    labels, originals_predicted = test["labels"][:shown], probabilities[:shown].argmax(axis=1)
    correct = {epoch: (classes == labels).sum() for epoch, classes in predicted.items()}
    counts = ", ".join(f"{n} at epoch {epoch}" if epoch else str(n) for epoch, n in correct.items())
    title = f"{experiment}: test images and their reconstructions"
    panels = {
        "reconstructions": Panel(
            reconstructions_by_epoch(
                test["images"][:shown], labels, reconstructions, predicted, originals_predicted, names, title
            ),
            f"The first {shown} test images and their reconstructions, each under the class that the oracle predicts; "
            f"framed where that is wrong. Correct of {shown}: {(originals_predicted == labels).sum()} of the images "
            f"themselves, {counts}.",
        )
    }
    if "manifold" not in outputs:
        return panels
    side = round(len(outputs["manifold"]) ** 0.5)
    reach = float(outputs["manifold_reach"])
    return panels | {
        "latent_scatter": Panel(
            latent_scatter(
                _by_epoch(outputs, "latents_"), test["labels"], names, f"{experiment}: test images in the latent space"
            ),
            "Test images in the two-dimensional latent space, by class, at several epochs. The model was trained "
            "without labels.",
        ),
        "manifold": Panel(
            manifold(outputs["manifold"], side, reach, f"{experiment}: images decoded across the latent space"),
            f"Images decoded from an even grid of {side} x {side} latents over [-{reach:g}, {reach:g}] x [-{reach:g}, "
            f"{reach:g}].",
        ),
    }


def traversal_panels(outputs: Arrays, train: Arrays, experiment: str) -> dict[str, Panel]:
    """Images along the codes, from the outputs of `probe_codes`; categories have the names of the classes that they
    match on training images."""
    names = train["class_names"].tolist()
    class_of = match_categories(
        outputs["training_categories"], train["labels"], int(outputs["n_categories"]), len(names)
    )
    fixed = "The noise is the same in every cell, so that cells differ by their codes alone"
    by_category = [
        Traversal(
            outputs[f"traversal_category_{category}"],
            f"category {category}: {names[matched]}" if matched >= 0 else f"category {category}",
            "code 1",
            "code 2",
        )
        for category, matched in enumerate(class_of)
    ]
    codes = [name.split("_")[2:] for name in outputs if name.startswith("traversal_codes_")]
    pairs = [
        Traversal(outputs[f"traversal_codes_{i}_{j}"], f"codes {i} and {j}", f"code {i}", f"code {j}") for i, j in codes
    ]
    side, reach = round(len(by_category[0].images) ** 0.5), float(outputs["reach"])
    return {
        "traversals_by_category": Panel(
            traversals(by_category, side, reach, 5, f"{experiment}: codes 1 and 2 in each category"),
            f"One grid for each category, named after the class it was matched with; codes 1 and 2 along the axes. "
            f"{fixed}.",
        ),
        "traversals_of_pairs": Panel(
            traversals(pairs, side, reach, len(pairs), f"{experiment}: each pair of continuous codes, the others at 0"),
            f"Each pair of continuous codes in category 0, the others at 0. {fixed}.",
        ),
    }


def condition_readings_panel(
    predictions: Arrays, reference_predictions: Arrays, train: Arrays, experiment: str
) -> Panel:
    """Conditions that the regressor reads from each image against those asked for."""
    return Panel(
        requested_and_predicted(
            predictions["conditions"][:POINTS],
            predictions["readings"][:POINTS],
            reference_predictions["test_conditions"][:POINTS],
            reference_predictions["test_readings"][:POINTS],
            train["condition_names"].tolist(),
            f"{experiment}: requested and predicted conditions",
        ),
        "What a regressor, trained on real training images, reads from each image, against what was asked for; for "
        "real test images against their own values.",
    )


def at_conditions_panel(outputs: Arrays, train: Arrays, experiment: str) -> Panel:
    """Real and generated images of the same conditions."""
    names, shown = train["condition_names"].tolist(), outputs["shown_conditions"]
    conditions = [", ".join(f"{name} {value:g}" for name, value in zip(names, values, strict=True)) for values in shown]
    generated = outputs["generated_at_conditions"]
    blocks = [Pairs(*block) for block in zip(conditions, outputs["real_at_conditions"], generated, strict=True)]
    return Panel(
        paired_rows(blocks, ("real", "generated"), f"{experiment}: the same conditions, real and generated"),
        f"The {generated.shape[1]} real training images nearest to each condition, and as many generated for exactly "
        "it, with the same latents in each block. If the generated ones are all alike, the model has collapsed.",
    )


def _by_epoch(outputs: Arrays, prefix: str) -> dict[int, np.ndarray]:
    names = {name: name.removeprefix(prefix) for name in outputs if name.startswith(prefix)}
    return {int(epoch): outputs[name] for name, epoch in names.items() if epoch.isdigit()}
