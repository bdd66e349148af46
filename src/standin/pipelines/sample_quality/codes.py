"""What is said of a model that reads codes back from images (InfoGAN): what did the codes come to mean?"""

from itertools import combinations
from typing import Any

import numpy as np

from standin.core.images import stored
from standin.figures.traversals import Traversal, traversals
from standin.metrics.codes import explained, match_categories
from standin.metrics.proportion import proportion_ci
from standin.metrics.strokes import color, slant, stroke_width
from standin.pipelines.sample_quality.findings import MetricResult, Panel, Part, counted

Arrays = dict[str, np.ndarray]
Model = Any  # standin.training.GenerativeModel: Keras is imported when a node runs
SIDE, REACH = 10, 1.0
MEASURED = 2000
SEED = 0
ATTRIBUTES = {"color": color, "slant": slant, "stroke_width": stroke_width}


def evaluate_codes(model: Model, train: Arrays, test: Arrays, oracle: Any, experiment: str) -> Part:
    """The category against the class, of real rows and of generated ones; each continuous code against color, slant
    and stroke width; and traversals."""
    from standin.training.inference import predict

    train_categories, test_categories = (categories_of(model, part["images"]) for part in (train, test))
    match = match_categories(train_categories, train["labels"], test_categories, test["labels"], model.categories)
    read = proportion_ci(match.right)
    latents = model.draw_latent(np.random.default_rng(SEED), MEASURED)
    images = _images(model, latents)
    categories = latents[:, model.noise_dim : model.noise_dim + model.categories].argmax(axis=1)
    drawn = proportion_ci(match.class_of[categories] == predict(oracle, images).argmax(axis=1))
    findings = [
        MetricResult(
            "category_accuracy",
            match.accuracy,
            "share of real test rows whose category stands for their class; which category stands for which class was "
            "matched on train rows, and training was told no label",
            low=read.low,
            high=read.high,
        ),
        MetricResult(
            "category_drawn",
            drawn.share,
            f"share of {MEASURED:,} generated images that the oracle takes for the class their category stands for",
            low=drawn.low,
            high=drawn.high,
            rows=MEASURED,
        ),
        MetricResult(
            "category_information",
            match.normalized_mutual_information,
            "normalized mutual information of category and class over test rows: 0 is none, 1 all",
        ),
        *_continuous(latents[:, model.noise_dim + model.categories :], images),
    ]
    names = test["class_names"].tolist()
    meaning = [f"category {k}: {names[c]}" if c >= 0 else f"category {k}" for k, c in enumerate(match.class_of)]
    return counted(findings, len(test["labels"])), _pictures(model, meaning, experiment)


def categories_of(model: Model, images: np.ndarray) -> np.ndarray:
    """(n,) the most probable category of each image."""
    import keras

    from standin.training.inference import in_chunks

    def probabilities(x: np.ndarray) -> Any:
        return model.recognize(x)[0]

    return np.asarray(keras.ops.argmax(in_chunks(probabilities, images), axis=1))


def _continuous(codes: np.ndarray, images: np.ndarray) -> list[MetricResult]:
    """Of generated images, whose codes are known, how much of each code its measured attributes explain."""
    measured = {name: measure(images) for name, measure in ATTRIBUTES.items()}
    return [
        MetricResult(
            f"code_{column + 1}_{name}",
            explained(codes[:, column], values),
            f"share of code {column + 1}'s variance that the {name.replace('_', ' ')} of generated images explains",
            rows=MEASURED,
        )
        for column in range(codes.shape[1])
        for name, values in measured.items()
    ]


def _pictures(model: Model, meaning: list[str], experiment: str) -> dict[str, Panel]:
    fixed = "The noise is the same in every cell, so that a cell shows its codes alone"
    by_category = [Traversal(_grid(model, k, (0, 1)), what, "code 1", "code 2") for k, what in enumerate(meaning)]
    pairs = [
        Traversal(_grid(model, 0, pair), f"codes {pair[0] + 1} and {pair[1] + 1}", *(f"code {c + 1}" for c in pair))
        for pair in combinations(range(model.continuous), 2)
    ]
    return {
        "traversals_by_category": Panel(
            traversals(by_category, SIDE, REACH, 5, f"{experiment}: codes 1 and 2 in each category"),
            f"One grid a category, named after the class it stands for; codes 1 and 2 along the axes. {fixed}.",
        ),
        "traversals_of_pairs": Panel(
            traversals(pairs, SIDE, REACH, len(pairs), f"{experiment}: each pair of continuous codes, the third at 0"),
            f"Each pair of continuous codes in category 0, the others at 0. {fixed}.",
        ),
    }


def _grid(model: Model, category: int, pair: tuple[int, int]) -> np.ndarray:
    """(SIDE * SIDE, height, width, channels): the first code of the pair grows to the right, the second upwards."""
    noise = np.random.default_rng(SEED).standard_normal((1, model.noise_dim))
    axis = np.linspace(-REACH, REACH, SIDE)
    across, up = np.meshgrid(axis, axis[::-1])
    codes = np.zeros((SIDE * SIDE, model.continuous))
    codes[:, pair[0]], codes[:, pair[1]] = across.ravel(), up.ravel()
    return _images(model, model.latents(np.repeat(noise, SIDE * SIDE, 0), np.full(SIDE * SIDE, category), codes))


def _images(model: Model, latents: np.ndarray) -> np.ndarray:
    """uint8."""
    import keras

    return stored(keras.ops.convert_to_numpy(model.generate(latents)), np.uint8)
