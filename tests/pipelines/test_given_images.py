"""Images from elsewhere in the place of a generative model's samples."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from standin.core.errors import InputError
from standin.core.leakage import image_hashes
from standin.data.source import formats_of
from standin.pipelines.evaluation.nodes import _labels_spent, stages_of
from standin.pipelines.generation.given import (
    load_generated_images,
    note_on_formats,
    refuse_repeated,
    without_near_copies,
)
from standin.pipelines.pseudo_labeling.nodes import label_synthetic
from standin.training.pools.synthetic import synthetic
from tests.pipelines.images import real

COPIES = {"formats": [], "notes": []}
LABELING = {"confidence_threshold": 0.0, "balance_classes": False, "candidates": 1.0}


@pytest.fixture
def splits() -> dict[str, dict[str, np.ndarray]]:
    """Real images of which none equals another."""
    whole, rng = real(), np.random.default_rng(0)
    whole["images"] = rng.integers(0, 256, whole["images"].shape, dtype=np.uint8)
    per_image = ("images", "labels", "image_ids")
    thirds = np.array_split(np.arange(len(whole["labels"])), 3)
    return {
        name: whole | {key: whole[key][indices] for key in per_image}
        for name, indices in zip(("train", "validation", "test"), thirds, strict=True)
    }


def stored_set(folder: Path, images: np.ndarray, labels: np.ndarray | None) -> dict[str, Any]:
    names = {"labels": labels, "class_names": ["dark", "bright"]}
    arrays = {"images": images} | ({} if labels is None else names)
    np.savez(folder / "set.npz", **arrays)
    source = {"_target_": "standin.data.images.read_images", "path": str(folder / "set.npz")}
    return {"images": [source], "made_from": "unknown", "labels_spent": None}


def given(splits: dict[str, Any], n: int, seed: int = 1) -> np.ndarray:
    """(n, ...) images like the real ones."""
    shape = splits["train"]["images"].shape[1:]
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def labels_for(splits: dict[str, Any], n: int) -> np.ndarray:
    return np.arange(n) % len(splits["train"]["class_names"])


def test_every_image_is_used_once_with_its_label(splits: dict[str, Any], tmp_path: Path) -> None:
    n = 3 * len(splits["train"]["labels"]) + 1
    images, labels = given(splits, n), labels_for(splits, n)
    arrays, history, _ = load_generated_images(stored_set(tmp_path, images, labels), **splits, copies=COPIES, place=0)
    labeled, report = label_synthetic(arrays, None, {}, splits["train"], [], LABELING, [5], [1.0])
    pool = synthetic(labeled)
    (shown, of), *others = pool.pools
    assert not others and not len(history)
    order = {key.tobytes(): label for key, label in zip(image_hashes(images), labels, strict=True)}
    assert (
        len(shown) == n and {key.tobytes(): label for key, label in zip(image_hashes(shown), of, strict=True)} == order
    )
    assert (report["label_source"], report["made_from"]) == ("given", "unknown")


def test_what_is_not_known_is_not_claimed(splits: dict[str, Any], tmp_path: Path) -> None:
    """Neither the labels spent nor that the generator saw no test image."""
    model = stored_set(tmp_path, given(splits, 20), labels_for(splits, 20))
    for made_from, spent, known in (("unknown", None, None), ("train", 7, 7)):
        arrays, *_ = load_generated_images(
            model | {"made_from": made_from, "labels_spent": spent}, **splits, copies=COPIES, place=0
        )
        labeled, _ = label_synthetic(arrays, None, {}, splits["train"], [], LABELING, [None], [1.0])
        provenance = synthetic(labeled).provenance
        assert _labels_spent(provenance) == known
        assert ("generative_model" in stages_of(provenance)) == (made_from == "train")
        assert ("seen_by_generative_model" in provenance) == (made_from == "train")


def test_the_images_of_the_generator_may_be_named(splits: dict[str, Any], tmp_path: Path) -> None:
    model = stored_set(tmp_path, given(splits, 20), labels_for(splits, 20))
    np.savez(tmp_path / "used.npz", images=splits["train"]["images"][:2], labels=np.array([0, 1]))
    arrays, *_ = load_generated_images(
        model | {"made_from": str(tmp_path / "used.npz")}, **splits, copies=COPIES, place=0
    )
    assert str(arrays["made_from"]) == "files"
    assert (arrays["hashes_by_generative_model"] == image_hashes(splits["train"]["images"][:2])).all()


@pytest.mark.parametrize(
    ("used", "sentence"),
    [
        ("test", "made_from: 2 of these images are real test images, so that the generator has seen"),
        (None, "made_from must be train, unknown, or the path of images: .*used.npz does not exist"),
    ],
)
def test_a_generator_that_has_seen_test_images_is_refused(
    splits: dict[str, Any], tmp_path: Path, used: str | None, sentence: str
) -> None:
    model = stored_set(tmp_path, given(splits, 20), labels_for(splits, 20))
    if used:
        np.savez(tmp_path / "used.npz", images=splits[used]["images"][:2], labels=np.array([0, 1]))
    with pytest.raises(InputError, match=sentence):
        load_generated_images(model | {"made_from": str(tmp_path / "used.npz")}, **splits, copies=COPIES, place=0)


@pytest.mark.parametrize("split", ["test", "validation"])
def test_copies_of_held_out_images_are_refused(splits: dict[str, Any], tmp_path: Path, split: str) -> None:
    images = given(splits, 20)
    images[[3, 5]] = splits[split]["images"][:2]
    model = stored_set(tmp_path, images, labels_for(splits, 20))
    with pytest.raises(InputError, match=rf"2 of 20 generated images equal real {split} images.*the first is image 3"):
        load_generated_images(model, **splits, copies=COPIES, place=0)


def test_copies_of_training_images_are_left_to_the_memorization_test(splits: dict[str, Any], tmp_path: Path) -> None:
    model = stored_set(tmp_path, splits["train"]["images"], splits["train"]["labels"])
    arrays, *_ = load_generated_images(model, **splits, copies=COPIES, place=0)
    assert len(arrays["images"]) == len(splits["train"]["images"])


@pytest.fixture
def pictures() -> np.ndarray:
    """(n, 16, 16, 3) smooth random images, of which no two are alike."""
    coarse = np.random.default_rng(3).integers(0, 256, (600, 4, 4, 3), dtype=np.uint8)
    return np.stack([np.asarray(Image.fromarray(image).resize((16, 16), Image.Resampling.BICUBIC)) for image in coarse])


def altered(images: np.ndarray) -> np.ndarray:
    """Mirrored and brighter."""
    return np.clip(1.1 * images[:, :, ::-1] + 5, 0, 255).astype(np.uint8)


def test_a_few_near_copies_of_held_out_images_are_left_out_and_many_are_refused(pictures: np.ndarray) -> None:
    held_out = {"test": {"images": pictures[:100]}, "validation": {"images": pictures[100:200]}}
    train, new = pictures[200:400], np.concatenate([altered(pictures[200:230]), pictures[400:570]])
    kept, notes = without_near_copies(new, train, held_out)
    assert (kept == np.arange(200)).all() and not notes
    kept, (note,) = without_near_copies(np.concatenate([altered(pictures[99:102]), new]), train, held_out)
    assert (kept == np.arange(3, 203)).all()
    expected = "3 of 203 generated images nearly equal real test or validation images and are left out"
    assert note == f"{expected}; the first is image 0."
    with pytest.raises(InputError, match="20 of 220 generated images nearly equal real test or validation images"):
        without_near_copies(np.concatenate([altered(pictures[90:110]), new]), train, held_out)


@pytest.mark.parametrize("change", [np.array, altered])
def test_a_set_that_repeats_another_is_refused(pictures: np.ndarray, change: Any) -> None:
    first, second = pictures[:300], pictures[300:]
    refuse_repeated(second, {"theirs": first})
    refuse_repeated(np.concatenate([second, change(first[:100])]), {"theirs": first})
    with pytest.raises(InputError, match="100% of a set equal those of theirs, or their mirror images"):
        refuse_repeated(change(first[::-1]), {"other": second, "theirs": first})


def test_a_second_source_with_the_images_of_the_first_is_refused(splits: dict[str, Any], tmp_path: Path) -> None:
    model = stored_set(tmp_path, given(splits, 40)[:, :, ::-1], labels_for(splits, 40))
    model["images"] *= 2
    load_generated_images(model, **splits, copies=COPIES, place=0)
    with pytest.raises(InputError, match="100% of a set equal those of set 0"):
        load_generated_images(model, **splits, copies=COPIES, place=1)


def test_formats_in_common_need_no_note() -> None:
    real, generated = formats_of(["cat/a.JPG", "b.jpeg"]), formats_of(["c.png", "d"])
    assert (real, generated) == (["JPEG"], ["PNG"])
    (note,) = note_on_formats(real, generated)
    assert note.startswith("Real images are JPEG files and generated ones PNG files:")
    assert not note_on_formats(real, ["JPEG", "PNG"]) and not note_on_formats([], generated)
