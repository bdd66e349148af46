"""Folders of images, and errors for broken ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from standin.core.errors import InputError
from standin.data import decoding, encoded, image_folder


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
                orientation, decoding.UPRIGHT[orientation]
            )
        )
    exif = Image.Exif()
    exif[decoding.ORIENTATION] = orientation
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


def test_images_of_several_sizes_get_the_median_of_their_shorter_sides(two_classes: Path) -> None:
    for i in range(8):
        put(two_classes / "dog" / f"large_{i}.png", 50, size=(30, 21))
    source = image_folder.load(two_classes)
    assert source.splits["train"]["images"].shape == (14, 16, 16, 1)  # 21, rounded down to a multiple of 8
    assert source.notes == (
        "All 14 images were resized to 16 x 16 pixels, from 30 x 21 (8) and 8 x 10 (6); 6 were smaller and enlarged; "
        "14 of another aspect ratio got borders of the mean color of their edges.",
    )


def test_images_above_96_pixels_are_resized_to_96(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        put(tmp_path / name / "1.jpg", 9, size=(256, 256))
    source = image_folder.load(tmp_path)
    assert source.splits["train"]["images"].shape == (2, 96, 96, 1)
    assert source.notes == ("All 2 images were resized to 96 x 96 pixels, from 256 x 256.",)


def test_images_of_one_size_stay_as_they_are(two_classes: Path) -> None:
    assert image_folder.load(two_classes).notes == ()


@pytest.mark.parametrize("side", [7, 97])
def test_side_has_limits(two_classes: Path, side: int) -> None:
    with pytest.raises(InputError, match=f"side must be 8 to 96 pixels, got {side}"):
        image_folder.load(two_classes, side=side)


@pytest.mark.parametrize("form", ["jpg", "png", "webp", "bmp", "tiff"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_formats(two_classes: Path, form: str, mode: str) -> None:
    Image.new(mode, (8, 10), 77 if mode == "L" else (77, 77, 77)).save(two_classes / "cat" / f"x.{form}")
    image = image_folder.load(two_classes).splits["train"]["images"][3]
    np.testing.assert_allclose(image.astype(int), 77, atol=3)


def test_palette_and_cmyk_become_rgb_and_conversions_are_noted(two_classes: Path) -> None:
    red = Image.new("RGB", (8, 10), (255, 0, 0))
    red.quantize(4).save(two_classes / "cat" / "palette.png")
    red.convert("CMYK").save(two_classes / "cat" / "print.tif")
    Image.new("RGBA", (8, 10)).save(two_classes / "cat" / "transparent.png")
    source = image_folder.load(two_classes)
    assert source.splits["train"]["images"][3:6, 0, 0].tolist() == [[255, 0, 0], [255, 0, 0], [255, 255, 255]]
    assert source.notes == (
        "6 of 9 images in gray: converted to RGB, as others have colors.",
        "1 of 9 images with an alpha channel: transparent pixels became white.",
        "1 of 9 images in CMYK: converted to RGB without a color profile.",
    )


def test_the_first_frame_of_an_animation_is_read_and_noted(two_classes: Path) -> None:
    frames = [Image.new("L", (8, 10), value) for value in (99, 200)]
    frames[0].save(two_classes / "cat" / "x.tiff", save_all=True, append_images=frames[1:])
    source = image_folder.load(two_classes)
    assert source.splits["train"]["images"][3, 0, 0, 0] == 99
    assert source.notes == ("1 of 7 images with several pages or frames: the first of each was read.",)


def test_real_numbers_as_pixels_are_refused(two_classes: Path) -> None:
    Image.new("F", (8, 10)).save(two_classes / "cat" / "x.tiff")
    with pytest.raises(InputError, match="x.tiff .* has real numbers as pixels; store such images in an npz file"):
        image_folder.load(two_classes)


def test_what_is_ignored_is_noted(two_classes: Path) -> None:
    put(two_classes / "loose.png")
    put(two_classes / "cat" / "deeper" / "1.png")
    (two_classes / "cat" / "notes.txt").write_text("")
    assert image_folder.load(two_classes).notes == (
        "Ignored images outside of class folders: 1; files that are not images (.txt): 1; folders inside of class "
        "folders: 1.",
    )


def test_images_without_classes_have_no_labels(tmp_path: Path) -> None:
    for i in range(3):
        put(tmp_path / f"{i}.png", i)
    source = image_folder.load(tmp_path, labels="optional")
    train = source.splits["train"]
    assert train["images"][:, 0, 0, 0].tolist() == [0, 1, 2]
    assert "labels" not in train and source.class_names == ()
    with pytest.raises(InputError, match="has 3 images outside of <class> folders; put those of each class into"):
        image_folder.load(tmp_path)


def test_generated_images_may_be_of_one_class_and_lack_others(tmp_path: Path) -> None:
    put(tmp_path / "cat" / "1.png")
    (tmp_path / "dog").mkdir()
    source = image_folder.load(tmp_path, labels="optional")
    assert source.class_names == ("cat",) and source.splits["train"]["labels"].tolist() == [0]


def test_long_reads_log_the_time_left(
    two_classes: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock = iter(range(0, 10**6, 100))
    monkeypatch.setattr(encoded.time, "monotonic", lambda: next(clock))
    with caplog.at_level("INFO"):
        image_folder.load(two_classes)
    assert f"Reading train images of image folder {two_classes}: 3 of 6, about 5 min left." in caplog.messages


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n cut off"])
def test_a_broken_file_is_named(two_classes: Path, content: bytes) -> None:
    (two_classes / "dog" / "broken.png").write_bytes(content)
    with pytest.raises(InputError, match="image dog/broken.png of .* cannot be read"):
        image_folder.load(two_classes)


def test_a_truncated_file_is_named(two_classes: Path) -> None:
    path = two_classes / "dog" / "cut.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (10, 8), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(InputError, match="image dog/cut.png of .* cannot be read"):
        image_folder.load(two_classes)


@pytest.mark.parametrize("kept", [0, 60])  # bytes: broken headers, or broken pixels
def test_all_broken_files_are_named_at_once(two_classes: Path, kept: int) -> None:
    for name in ("cat/a.png", "dog/b.png", "dog/c.png"):
        path = two_classes / name
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (10, 8), np.uint8)).save(path)
        path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match=r"image cat/a.png .*\. 2 more cannot be read: dog/b.png and dog/c.png$"):
        image_folder.load(two_classes)


def test_a_decompression_bomb_is_rejected(two_classes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(two_classes / "dog" / "bomb.png", size=(64, 64))
    for most in (3000, 2000):  # Pillow warns of one and raises for the other
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)
        with pytest.raises(InputError, match="bomb.png of .* cannot be read: .*decompression bomb"):
            image_folder.load(two_classes, side=8)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere does not exist"):
        image_folder.load(tmp_path / "nowhere")


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"contains no <class>/\*.png"):
        image_folder.load(tmp_path)


def test_an_empty_class_is_named(two_classes: Path) -> None:
    (two_classes / "bird").mkdir()
    with pytest.raises(InputError, match="class 'bird' has no images"):
        image_folder.load(two_classes)


def test_one_class_alone_is_rejected(tmp_path: Path) -> None:
    put(tmp_path / "cat" / "1.png")
    with pytest.raises(InputError, match="at least two classes, got 1"):
        image_folder.load(tmp_path)


def test_a_test_folder_without_a_train_folder_is_rejected(tmp_path: Path) -> None:
    put(tmp_path / "test" / "cat" / "1.png")
    with pytest.raises(InputError, match="has test but no train folder"):
        image_folder.load(tmp_path)
