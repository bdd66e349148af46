"""Folders of images, and errors for broken ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from standin.core.errors import InputError
from standin.data import image_folder


def put(path: Path, value: int = 0, size: tuple[int, int] = (8, 10), mode: str = "L") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value if mode == "L" else (value, 0, 0)).save(path)
    return path


@pytest.fixture
def two_classes(tmp_path: Path) -> Path:
    for i in range(3):
        put(tmp_path / "dog" / f"{i}.png", 10 + i)
        put(tmp_path / "cat" / f"{i}.PNG", 20 + i)
    return tmp_path


def test_classes_are_folders_in_alphabetical_order(two_classes: Path) -> None:
    source = image_folder.load(two_classes)
    train = source.splits["train"]
    assert source.class_names == ("cat", "dog")
    assert train["images"].shape == (6, 10, 8, 1)
    assert train["labels"].tolist() == [0, 0, 0, 1, 1, 1]
    assert train["images"][:, 0, 0, 0].tolist() == [20, 21, 22, 10, 11, 12]


def test_existing_splits_are_kept(tmp_path: Path) -> None:
    for split in ("train", "validation", "test"):
        for c in ("a", "b"):
            put(tmp_path / split / c / "1.jpg")
    assert image_folder.load(tmp_path).splits.keys() == {"train", "validation", "test"}


@pytest.mark.parametrize("name", ["val", "valid"])
def test_val_and_valid_next_to_train_have_validation_images(tmp_path: Path, name: str) -> None:
    for split in ("train", name):
        for c in ("a", "b"):
            put(tmp_path / split / c / "1.png")
    assert image_folder.load(tmp_path).splits.keys() == {"train", "validation"}
    (tmp_path / "validation").mkdir()
    with pytest.raises(InputError, match=f"must have one folder of validation images, got validation and {name}"):
        image_folder.load(tmp_path)


def test_hidden_files_and_folders_are_ignored(two_classes: Path) -> None:
    for path in (".ipynb_checkpoints/0.png", ".git/0.png", "__MACOSX/._0.png", "cat/._0.png", "cat/.partial.png"):
        put(two_classes / path)
    source = image_folder.load(two_classes)
    assert source.class_names == ("cat", "dog")
    assert source.files == ("cat/0.PNG", "cat/1.PNG", "cat/2.PNG", "dog/0.png", "dog/1.png", "dog/2.png")


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_images_are_turned_as_their_exif_orientation_says(tmp_path: Path, orientation: int, ending: str) -> None:
    upright = np.zeros((16, 32), np.uint8)
    upright[:8, :8] = 255
    turned = Image.fromarray(upright)
    if orientation > 1:
        # What makes the image upright undoes itself, except for the turns by 90 degrees.
        turned = turned.transpose(
            {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}.get(
                orientation, image_folder.UPRIGHT[orientation]
            )
        )
    exif = Image.Exif()
    exif[image_folder.ORIENTATION] = orientation
    for c in ("a", "b"):
        (tmp_path / c).mkdir()
        turned.save(tmp_path / c / f"1.{ending}", exif=exif)
    np.testing.assert_allclose(image_folder.load(tmp_path).splits["train"]["images"][0, ..., 0], upright, atol=5)


def test_damaged_exif_metadata_is_ignored(two_classes: Path) -> None:
    Image.new("L", (8, 10), 99).save(two_classes / "cat" / "x.jpg", exif=b"Exif\0\0not a TIFF header")
    assert image_folder.load(two_classes).splits["train"]["images"].shape == (7, 10, 8, 1)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparent_pixels_are_white(two_classes: Path, mode: str) -> None:
    Image.new(mode, (8, 10), 0).save(two_classes / "cat" / "x.png")
    images = image_folder.load(two_classes).splits["train"]["images"]
    assert np.unique(images[3]).tolist() == [255]


def test_groups_are_read_from_file_names(two_classes: Path) -> None:
    put(two_classes / "cat" / "p7_1.png", 30)
    put(two_classes / "dog" / "p7_2.png", 31)
    groups = image_folder.load(two_classes, group=r"^(\w)\d?").splits["train"]["groups"]
    assert groups.tolist() == ["0", "1", "2", "p", "0", "1", "2", "p"]
    with pytest.raises(InputError, match="does not match the name of .*0.PNG"):
        image_folder.load(two_classes, group=r"p\d")
    with pytest.raises(InputError, match="group must be a regular expression, got '\\('"):
        image_folder.load(two_classes, group="(")


@pytest.mark.parametrize(("brightest", "expected"), [(0xFFFF, 100), (0x0FFF, 100), (0xFF, 100)])
def test_the_highest_eight_bits_that_any_image_uses_are_taken(two_classes: Path, brightest: int, expected: int) -> None:
    for name, value in (("darker", brightest * 100 // 255), ("deep", brightest)):
        Image.fromarray(np.full((10, 8), value, np.uint16)).save(two_classes / "cat" / f"{name}.png")
    train = image_folder.load(two_classes).splits["train"]
    assert train["images"].shape == (8, 10, 8, 1)
    assert train["images"][train["labels"] == 0, 0, 0, 0].tolist() == [20, 21, 22, expected, 255]


def test_one_color_image_makes_all_of_them_color(two_classes: Path) -> None:
    put(two_classes / "cat" / "red.png", 200, mode="RGB")
    images = image_folder.load(two_classes).splits["train"]["images"]
    assert images.shape == (7, 10, 8, 3)
    assert [200, 0, 0] in images[:, 0, 0].tolist()


def test_side_resizes_images_of_any_size(two_classes: Path) -> None:
    put(two_classes / "cat" / "large.png", 100, size=(300, 200))
    images = image_folder.load(two_classes, side=16).splits["train"]["images"]
    assert images.shape == (7, 16, 16, 1)
    assert np.unique(images[-4]).tolist() == [100]


def test_other_files_are_ignored(two_classes: Path) -> None:
    (two_classes / "cat" / "notes.txt").write_text("not an image")
    assert len(image_folder.load(two_classes).splits["train"]["images"]) == 6


def test_mixed_sizes_name_both_files(two_classes: Path) -> None:
    put(two_classes / "dog" / "9.png", size=(12, 12))
    with pytest.raises(InputError, match=r"one size, .*cat/0.PNG has 8 x 10 pixels and .*dog/9.png 12 x 12; set side"):
        image_folder.load(two_classes)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n cut off"])
def test_a_broken_file_is_named(two_classes: Path, content: bytes) -> None:
    (two_classes / "dog" / "broken.png").write_bytes(content)
    with pytest.raises(InputError, match="broken.png cannot be read"):
        image_folder.load(two_classes)


def test_a_truncated_file_is_named(two_classes: Path) -> None:
    path = two_classes / "dog" / "cut.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (10, 8), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="cut.png cannot be read"):
        image_folder.load(two_classes)


def test_a_decompression_bomb_is_rejected(two_classes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(two_classes / "dog" / "bomb.png", size=(64, 64))
    for most in (3000, 2000):  # Pillow warns of one and raises for the other
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
        with pytest.raises(InputError, match="bomb.png cannot be read: .*decompression bomb"):
            image_folder.load(two_classes, side=8)


def test_images_too_large_to_train_on_are_rejected_before_their_pixels_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cat", "dog"):
        put(tmp_path / name / "1.png", size=(100, 200))
    monkeypatch.setattr(image_folder, "_read", lambda *_: pytest.fail("pixels were read"))
    with pytest.raises(InputError, match="images must have 8 to 64 pixels per side, got 200 x 100"):
        image_folder.load(tmp_path)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere does not exist"):
        image_folder.load(tmp_path / "nowhere")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"contains no <class>/\*.png"):
        image_folder.load(tmp_path)


def test_an_empty_class_is_named(two_classes: Path) -> None:
    (two_classes / "bird").mkdir()
    with pytest.raises(InputError, match="class 'bird' has no png or jpg"):
        image_folder.load(two_classes)


def test_one_class_alone_is_rejected(tmp_path: Path) -> None:
    put(tmp_path / "cat" / "1.png")
    with pytest.raises(InputError, match="at least two classes, got 1"):
        image_folder.load(tmp_path)


def test_a_test_folder_without_a_train_folder_is_rejected(tmp_path: Path) -> None:
    put(tmp_path / "test" / "cat" / "1.png")
    with pytest.raises(InputError, match="has test but no train folder"):
        image_folder.load(tmp_path)
