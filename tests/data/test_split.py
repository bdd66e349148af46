"""The split into training, validation and test images."""

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.core.leakage import image_hashes
from standin.data.source import Source, make_source
from standin.data.split import draw_images, draw_labeled, split


def numbered(n: int, start: int = 0) -> np.ndarray:
    """(n, 8, 8) different images: the number of the image, in its first pixels."""
    images = np.zeros((n, 8, 8), np.uint8)
    numbers = np.arange(start, start + n)
    images[:, 0, 0], images[:, 0, 1] = numbers % 256, numbers // 256
    return images


def source(n: int = 1000, classes: int = 4, test: int | None = None, images: np.ndarray | None = None) -> Source:
    images = numbered(n) if images is None else images
    splits = {"train": (images, np.arange(len(images)) % classes)}
    if test:
        splits["test"] = (numbered(test, start=n), np.arange(test) % classes)
    return make_source(splits, None, "numbers")


def sizes(parts_: dict) -> dict[str, int]:
    return {name: len(arrays["labels"]) for name, arrays in parts_.items()}


def test_without_parts_it_is_70_15_15() -> None:
    assert sizes(split(source(), seed=0)) == {"train": 700, "validation": 150, "test": 150, "held_out": 0}


def test_with_test_images_train_parts_90_10() -> None:
    parts_ = split(source(1000, test=200), seed=0)
    assert sizes(parts_) == {"train": 900, "validation": 100, "test": 200, "held_out": 0}
    assert parts_["test"]["image_ids"].tolist() == list(range(1000, 1200))


def test_parts_are_disjoint_and_complete() -> None:
    parts_ = split(source(), seed=0)
    ids = np.concatenate([arrays["image_ids"] for arrays in parts_.values()])
    assert sorted(ids) == list(range(1000))
    hashes = [set(map(bytes, image_hashes(arrays["images"]))) for arrays in parts_.values()]
    assert not hashes[0] & hashes[1] and not hashes[0] & hashes[2] and not hashes[1] & hashes[2]


def test_parts_are_stratified_by_class() -> None:
    for arrays in split(source(), seed=0).values():
        counts = np.bincount(arrays["labels"], minlength=4)
        assert np.ptp(counts) <= 1


def test_images_stay_with_their_ids_and_labels() -> None:
    for arrays in split(source(), seed=0).values():
        numbers = arrays["images"][:, 0, 0, 0] + 256 * arrays["images"][:, 0, 1, 0].astype(int)
        np.testing.assert_array_equal(numbers, arrays["image_ids"])
        np.testing.assert_array_equal(numbers % 4, arrays["labels"])


def test_the_seed_determines_the_split() -> None:
    first, again, other = (split(source(), seed)["train"]["image_ids"].tolist() for seed in (0, 0, 1))
    assert first == again != other


def test_a_group_is_in_one_split_and_one_half() -> None:
    groups = np.random.default_rng(0).integers(0, 60, 1000)
    given = make_source({"train": (numbered(1000), np.arange(1000) % 4)}, None, "numbers", {"train": groups})
    parts_ = split(given, seed=0)
    assert sum(sizes(parts_).values()) == 1000
    assert 0.05 < sizes(parts_)["validation"] / 1000 < 0.12 < sizes(parts_)["test"] / 1000 < 0.20
    train = parts_["train"]
    assert 0.4 < train["half"].mean() < 0.6
    parts = [
        parts_["validation"],
        parts_["test"],
        *({"image_ids": train["image_ids"][train["half"] == h]} for h in (0, 1)),
    ]
    where = [set(groups[part["image_ids"]]) for part in parts]
    assert len(set().union(*where)) == sum(map(len, where))
    assert set(train["groups"]) == where[2] | where[3]


def test_held_out_images_are_of_the_groups_in_training() -> None:
    """Of the groups of one image, none is held out."""
    groups = np.minimum(np.arange(1000), 900) // 9
    parts_ = split(make_source({"train": (numbered(1000), np.arange(1000) % 4)}, None, "n", {"train": groups}), seed=0)
    held_out, train = (parts_[name]["image_ids"] for name in ("held_out", "train"))
    assert len(held_out) == round(0.1 * (len(held_out) + len(train)))
    assert set(groups[held_out]) <= set(groups[train]) and not set(held_out) & set(train)
    single = split(make_source({"train": (numbered(40), np.arange(40) % 2)}, None, "n", {"train": np.arange(40)}), 0)
    assert not len(single["held_out"]["labels"])


@pytest.mark.parametrize(("groups", "in_test"), [(14, 5), (20, 5), (40, 6), (100, 15)])
def test_of_few_groups_about_five_are_among_the_test_images(groups: int, in_test: int) -> None:
    of_image = np.arange(1200) % groups
    given = make_source({"train": (numbered(1200), np.arange(1200) // groups % 4)}, None, "n", {"train": of_image})
    test = split(given, seed=0)["test"]
    assert abs(len(np.unique(test["groups"])) - in_test) <= 1


def test_groups_that_cannot_be_split_are_rejected() -> None:
    images, labels = numbered(40), np.arange(40) % 2
    few = make_source({"train": (images, labels)}, None, "numbers", {"train": np.arange(40) % 5})
    with pytest.raises(InputError, match="groups: there must be at least 7, since groups are not divided, got 5"):
        split(few, seed=0)
    one = make_source({"train": (images, labels)}, None, "numbers", {"train": np.where(labels, 99, np.arange(40))})
    with pytest.raises(InputError, match="all images of class '1' are in too few"):
        split(one, seed=0)
    splits = {"train": (images, labels), "test": (numbered(20, start=40), np.arange(20) % 2)}
    both = make_source(splits, None, "numbers", {"train": np.arange(40), "test": np.arange(39, 59)})
    with pytest.raises(InputError, match="groups: '39' is in the train and in the test images"):
        split(both, seed=0)
    with pytest.raises(InputError, match=r"groups must be \(40,\), one for each image, got \(39,\)"):
        make_source({"train": (images, labels)}, None, "numbers", {"train": np.arange(39)})


@pytest.mark.parametrize("few", [1, 3])
def test_a_class_with_too_few_images_is_named(few: int) -> None:
    images, labels = numbered(1000), np.array([0] * (1000 - few) + [1] * few)
    with pytest.raises(InputError, match=f"class '1' has {few} of 1000"):
        split(make_source({"train": (images, labels)}, None, "numbers"), seed=0)


@pytest.mark.parametrize("budget", [8, 40, 699])
def test_the_budget_is_drawn_from_train(budget: int) -> None:
    train = split(source(), seed=0)["train"]
    labeled = draw_labeled(train, budget, seed=0)
    assert len(labeled["labels"]) == budget
    assert set(labeled["image_ids"]) <= set(train["image_ids"])


def test_the_budget_is_stratified_by_class() -> None:
    labeled = draw_labeled(split(source(), seed=0)["train"], 40, seed=0)
    assert np.bincount(labeled["labels"]).tolist() == [10, 10, 10, 10]


def test_without_a_budget_all_training_images_are_labeled() -> None:
    train = split(source(), seed=0)["train"]
    np.testing.assert_array_equal(draw_labeled(train, None, seed=0)["image_ids"], train["image_ids"])


def test_images_are_drawn_when_a_class_has_one_image() -> None:
    labels = np.array([0] * 30 + [1] * 29 + [2])
    train = {"images": numbered(60), "labels": labels, "class_names": np.array(["a", "b", "c"])}
    assert len(draw_labeled(train, 20, seed=0)["labels"]) == 20
    assert len(draw_images(train, 2, seed=0)["labels"]) == 2
    assert len(draw_images(train, 60, seed=0)["labels"]) == 60


@pytest.mark.parametrize("budget", [7, 700])
def test_an_impossible_budget_is_rejected_with_the_valid_range(budget: int) -> None:
    with pytest.raises(InputError, match=rf"label_budget must be between 8 .* and 699 .*, got {budget}"):
        draw_labeled(split(source(), seed=0)["train"], budget, seed=0)
