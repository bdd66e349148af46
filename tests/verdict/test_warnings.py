"""Sentences on what makes a verdict weak."""

import numpy as np
import pytest

from standin.verdict.facts import Convergence
from standin.verdict.warnings import (
    Warned,
    classes_in,
    sentences_of,
    warn_of_few_test_images,
    warn_of_labels,
    warn_of_missing_classes,
    warn_of_models,
    warn_of_small_classes,
    warn_of_training,
    warn_of_weak_models,
)

NAMES = ["cat", "dog", "owl"]
BALANCED = np.repeat([0, 1, 2], 50)


def test_few_test_images_and_how_many_it_takes() -> None:
    (warned,) = warn_of_few_test_images(60)
    assert warned.classes == () and warned.sentence == (
        "60 test images resolve only differences above about 8 percentage points, so that most answers will be "
        "undecided; 1 percentage point takes about 3,800."
    )
    assert not warn_of_few_test_images(270)


def test_classes_with_few_images() -> None:
    training, test = np.repeat([0, 1, 2], [50, 3, 50]), np.repeat([0, 2], [9, 30])
    assert warn_of_small_classes(training, test, NAMES) == [
        Warned("No test image is of class 'dog': nothing is measured on it.", ("dog",)),
        Warned("Fewer than 10 training images of class 'dog' (3): no answer on this class is yes.", ("dog",)),
        Warned("Fewer than 10 test images of class 'cat' (9): no answer on this class is yes.", ("cat",)),
    ]
    assert not warn_of_small_classes(np.repeat([0, 1], 50), BALANCED, NAMES, withheld=["owl"])


def test_many_classes_are_not_all_listed() -> None:
    names = [f"c{i}" for i in range(9)]
    (warned,) = warn_of_missing_classes(np.array([0, 1]), names)
    assert warned.sentence == "No generated image is of classes 'c2', 'c3', 'c4', 'c5', 'c6' and 2 more."
    assert warned.classes == tuple(names[2:])
    assert not warn_of_missing_classes(BALANCED, NAMES)


def test_a_weak_reference_model() -> None:
    (warned,) = warn_of_weak_models({"oracle": 0.6, "feature extractor": 0.85}, 0.9, 1000)
    assert warned.sentence.startswith(
        "The oracle recognizes 60% of validation images, fewer than the classifier trained"
    )
    assert warned.classes is None
    assert not warn_of_weak_models({"oracle": 0.75}, 0.9, 10)  # may be chance


def test_a_barely_trained_classifier() -> None:
    (warned,) = warn_of_training(0.36, BALANCED, None)
    assert "recognizes 36% of test images, hardly more than naming the most frequent class would (33%)" in (
        warned.sentence
    )
    assert not warn_of_training(0.8, BALANCED, None)
    convergence = Convergence(
        steps=(1, 2, 4), accuracy=(0.5, 0.8, 0.9), gain_of_double_pp=10, limit_pp=0.3, sufficient=False
    )
    (warned,) = warn_of_training(0.8, BALANCED, convergence)
    assert "twice the steps gain 10.0 percentage points" in warned.sentence


def test_exchanged_labels_are_named_by_pair() -> None:
    labels = BALANCED.copy()
    labels[:30], labels[50:80] = 1, 0  # most cats are labeled dog, and most dogs cat
    (warned,) = warn_of_labels(BALANCED, labels, BALANCED, BALANCED, NAMES)
    assert warned == Warned(
        "Labels of 'cat' and 'dog' (60% and 60%) seem to be exchanged: of so many generated images labeled as one of "
        "the two, the oracle (a network trained on real images) recognizes the other.",
        ("cat", "dog"),
    )


def test_labels_that_are_one_class_further() -> None:
    (warned,) = warn_of_labels(BALANCED, (BALANCED + 1) % 3, BALANCED, BALANCED, NAMES)
    assert "most generated images labeled 'cat' show 'owl' (100%), 'dog' show 'cat' (100%) and 'owl' show 'dog'" in (
        warned.sentence
    )


def test_images_that_all_look_like_one_class() -> None:
    names, labels = ["0", "1", "2", "3"], np.repeat(np.arange(4), 50)
    (warned,) = warn_of_labels(np.full(200, 3), labels, labels, labels, names)
    assert warned.classes is None and warned.sentence == (
        "To the oracle (a network trained on real images), most generated images of classes '0', '1' and '2' look like "
        "'3': they differ from real images, "
        "perhaps in brightness or contrast, or their labels are wrong."
    )


def test_labels_at_random() -> None:
    rng = np.random.default_rng(0)
    names = [str(i) for i in range(10)]
    images = np.repeat(np.arange(10), 50)
    (warned,) = warn_of_labels(images, rng.permutation(images), images, images, names)
    assert (
        warned.sentence.startswith("The oracle (a network trained on real images) disagrees with 9")
        and warned.classes is None
    )


@pytest.mark.parametrize("wrong", [0.0, 0.15, 0.4])
def test_an_oracle_that_errs_as_often_on_real_images_proves_nothing(wrong: float) -> None:
    rng = np.random.default_rng(1)
    real, generated = (np.where(rng.random(150) < wrong, (BALANCED + 1) % 3, BALANCED) for _ in range(2))
    assert not warn_of_labels(generated, BALANCED, real, BALANCED, NAMES)


def test_an_oracle_that_does_not_know_a_class_proves_nothing() -> None:
    labels = BALANCED.copy()
    labels[:50], labels[50:100] = 1, 0
    assert warn_of_labels(BALANCED, labels, BALANCED, BALANCED, NAMES)
    assert not warn_of_labels(BALANCED, labels, np.full(150, 2), BALANCED, NAMES)


def test_warnings_of_several_sets_name_their_model_once() -> None:
    found = [{"sentence": "No.", "classes": ["cat"]}]
    by_model = warn_of_models(["gan", "gan", "vae"], [{"warnings": found}, {"warnings": found}, {}])
    assert sentences_of([Warned("Few.", None)], by_model) == ("Few.", "gan: No.")
    assert classes_in(by_model["gan"], NAMES) == {"cat"} and classes_in([Warned("Few.", None)], NAMES) == {*NAMES}
    assert not classes_in(by_model["vae"], NAMES)
