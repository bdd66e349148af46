"""What makes a verdict weak, in one sentence each: too few images, weak networks, labels that do not fit."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from standin.data.amounts import (
    MIN_IMAGES,
    Warned,
    classes_in_words,
    listed_in_words,
    warn_of_few_test_images,
    warn_of_small_classes,
)
from standin.verdict.facts import Convergence

WEAKER_PP = 10.0
"""Percentage points by which a reference model may be less accurate than the classifier on real images."""
ABOVE_CHANCE = 0.1
"""Part of the way from guessing the most frequent class to no error that a trained classifier must go."""
CONFUSED, MOST = 0.2, 0.5
"""Labels of two classes are exchanged if the oracle takes so many more images of each for the other than of real ones;
labels of a class are others if it takes most of its images for those of one other class. Only of classes where it
recognizes most real images."""
SEVERAL = 3
"""If images of so many classes are taken for one other class, the images differ rather than the labels."""
WRONG = 0.3
"""Proportion of labels with which the oracle may disagree, in addition to that of real images."""
ORACLE = "the oracle (a network trained on real images)"


REHEARSAL = (
    "This is a rehearsal (quick): short trainings of one seed each, so that accuracies are too low and answers rough."
)
FACTS = ("train", "oracle_report", "reference_features")
"""Results that warnings are based on, in addition to predictions and scores."""


def warn_of_data(
    test: Mapping[str, np.ndarray],
    real: pd.DataFrame,
    accuracy: float | None,
    convergence: Convergence | None,
    more: Mapping[str, Any],
    withheld: Collection[str],
) -> list[Warned]:
    """All warnings that are not about one generative model, as far as their facts are known.

    Args:
        test: the test images.
        real: scores of arm real.
        accuracy: of arm real on test images.
        more: `train` (images), `oracle_report` and `reference_features`.
        withheld: classes whose training images were left out on purpose.
    """
    names = test["class_names"].tolist()
    warned = warn_of_few_test_images(len(test["labels"]))
    if "train" in more:
        warned += warn_of_small_classes(more["train"]["labels"], test["labels"], names, withheld)
    if accuracy is not None:
        warned += warn_of_training(accuracy, test["labels"], convergence)
    if "oracle_report" in more and accuracy is not None:
        report, features = more["oracle_report"], more["reference_features"]
        accuracies = {ORACLE.removeprefix("the "): report["validation_accuracy"]}
        if "accuracy" in features:
            accuracies["feature extractor"] = float(features["accuracy"])
        validated = float(real["validation_accuracy"].mean())
        warned += warn_of_weak_models(accuracies, validated, report["images_validated_on"])
    return warned


def warn_of_models(models: Sequence[str], qualities: Sequence[Mapping[str, Any]]) -> dict[str, list[Warned]]:
    """Generative model -> warnings about its images, from the sample quality of each of its experiments."""
    warned: dict[str, list[Warned]] = {model: [] for model in models}
    for model, quality in zip(models, qualities, strict=True):
        warned[model] += [
            Warned(found["sentence"], None if found["classes"] is None else tuple(found["classes"]))
            for found in quality.get("warnings", ())
        ]
    return warned


def sentences_of(common: Sequence[Warned], by_model: Mapping[str, Sequence[Warned]]) -> tuple[str, ...]:
    """Each sentence once; those about a generative model begin with its name."""
    named = [f"{model}: {warned.sentence}" for model, several in by_model.items() for warned in several]
    return tuple(dict.fromkeys([*(warned.sentence for warned in common), *named]))


def classes_in(warned: Sequence[Warned], names: Sequence[str]) -> set[str]:
    """Names of the classes that any warning is about."""
    return {name for one in warned for name in (names if one.classes is None else one.classes)}


def warn_of_weak_models(accuracy: Mapping[str, float], real: float, images: int) -> list[Warned]:
    """Reference models that are clearly less accurate than the classifier trained on real images.

    Args:
        accuracy: what the model is, such as "feature extractor" -> its accuracy on validation images.
        real: that of the classifier.
        images: number of validation images. The difference must exceed two standard errors.
    """
    noise = 2 * math.sqrt(real * (1 - real) * 2 / max(images, 1))
    return [
        Warned(
            f"The {model} recognizes {found:.0%} of validation images, fewer than the classifier trained on real "
            f"images, {real:.0%}: metrics that rely on it are uncertain, and no single class has a yes.",
            None,
        )
        for model, found in accuracy.items()
        if real - found > max(WEAKER_PP / 100, noise)
    ]


def is_near_chance(accuracy: float, labels: np.ndarray) -> bool:
    """Whether a classifier does hardly better than naming the most frequent of these (n,) labels."""
    return accuracy < chance_of(labels) + ABOVE_CHANCE * (1 - chance_of(labels))


def chance_of(labels: np.ndarray) -> float:
    """The proportion of the most frequent label."""
    return float(np.bincount(labels).max() / len(labels))


def warn_of_training(accuracy: float, labels: np.ndarray, convergence: Convergence | None) -> list[Warned]:
    """A classifier that is hardly trained.

    Args:
        accuracy: on test images, of arm real.
        labels: of these images.
        convergence: None if it was not checked.
    """
    if is_near_chance(accuracy, labels):
        return [
            Warned(
                f"The classifier trained on real images recognizes {accuracy:.0%} of test images, hardly more than "
                f"naming the most frequent class would ({chance_of(labels):.0%}): no answer is yes.",
                None,
            )
        ]
    if convergence is not None and not convergence.sufficient:
        return [
            Warned(
                "The classifier is not trained long enough: on real images, twice the steps gain "
                f"{convergence.gain_of_double_pp:.1f} percentage points, so that no answer on a single class is yes.",
                None,
            )
        ]
    return []


def warn_of_missing_classes(labels: np.ndarray, names: Sequence[str]) -> list[Warned]:
    """Classes without generated images, whose (n,) labels are given."""
    counts = np.bincount(labels, minlength=len(names))
    missing = tuple(name for name, n in zip(names, counts, strict=True) if not n)
    return [Warned(f"No generated image is of {classes_in_words(missing)}.", missing)] if missing else []


def warn_of_labels(
    predicted: np.ndarray, labels: np.ndarray, real_predicted: np.ndarray, real_labels: np.ndarray, names: Sequence[str]
) -> list[Warned]:
    """Labels of generated images with which the oracle disagrees far more often than with those of real images.

    Args:
        predicted, labels: (n,) of generated images: the classes that the oracle predicts, and their labels.
        real_predicted, real_labels: (m,) of real images that it has not seen.
        names: of the classes.
    """
    counts, real = (_confusion(*pair, len(names)) for pair in ((predicted, labels), (real_predicted, real_labels)))
    totals, of_real = counts.sum(axis=1, keepdims=True), real.sum(axis=1, keepdims=True)
    rates = counts / np.maximum(totals, 1)
    more = rates - (real + 1) / (of_real + 2)  # rule of succession: few real images give no low rate
    recalls = real.diagonal() / np.maximum(of_real[:, 0], 1)
    more[(totals[:, 0] < MIN_IMAGES) | (recalls < MOST)] = 0  # an oracle that does not know a class proves nothing
    np.fill_diagonal(more, 0)
    a, b = np.nonzero(np.triu((more > CONFUSED) & (more.T > CONFUSED)))
    exchanged = [*zip(a.tolist(), b.tolist(), strict=True)]
    if exchanged:
        pairs = [f"{names[i]!r} and {names[j]!r} ({rates[i, j]:.0%} and {rates[j, i]:.0%})" for i, j in exchanged]
        sentence = (
            f"Labels of {listed_in_words(pairs)} seem to be exchanged: of so many generated images labeled as one of "
            f"the two, {ORACLE} recognizes the other."
        )
        return [Warned(sentence, tuple(dict.fromkeys(names[i] for pair in exchanged for i in pair)))]
    moved = [*zip(*(part.tolist() for part in np.nonzero((more > CONFUSED) & (rates > MOST))), strict=True)]
    targets = [j for _, j in moved]
    if (alike := next((j for j in targets if targets.count(j) >= SEVERAL), None)) is not None:
        taken = [names[i] for i, j in moved if j == alike]
        sentence = (
            f"To {ORACLE}, most generated images of {classes_in_words(taken)} look like {names[alike]!r}: they "
            "differ from real images, perhaps in brightness or contrast, or their labels are wrong."
        )
        return [Warned(sentence, None)]
    if moved:
        pairs = [f"{names[i]!r} show {names[j]!r} ({rates[i, j]:.0%})" for i, j in moved]
        sentence = f"Labels seem to be wrong: to {ORACLE}, most generated images labeled {listed_in_words(pairs)}."
        return [Warned(sentence, tuple(dict.fromkeys(names[i] for pair in moved for i in pair)))]
    wrong, expected = float((predicted != labels).mean()), float((real_predicted != real_labels).mean())
    if expected < MOST and wrong - expected > WRONG:
        sentence = (
            f"{ORACLE.capitalize()} disagrees with {wrong:.0%} of the labels of generated images, and with "
            f"{expected:.0%} of real ones: the labels are wrong, or the images are hard to recognize."
        )
        return [Warned(sentence, None)]
    return []


def _confusion(predicted: np.ndarray, labels: np.ndarray, n: int) -> np.ndarray:
    """(n, n) numbers of images by label and predicted class."""
    return np.bincount(labels * n + predicted, minlength=n * n).reshape(n, n)
