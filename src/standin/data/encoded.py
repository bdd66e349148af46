"""Sets of image files of any sizes and formats, from a folder or a table, to a `Source` of one size.

Files are read twice, headers first, one at a time: memory holds one of them, and the array of small images
(`standin.io.large_arrays` keeps a large one in a temporary file).
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from standin.core.errors import InputError
from standin.core.progress import in_words
from standin.data.amounts import listed_in_words
from standin.data.decoding import DEEP, GRAY, Content, Form, Header, read_header, read_pixels
from standin.data.resizing import Fit, common_size, resizing_note
from standin.data.source import Labels, Source, check_sides, make_source
from standin.io.large_arrays import collect

SECONDS = 10
"""Between two lines of progress in the log."""

Read = TypeVar("Read")

log = logging.getLogger(__name__)


class EncodedImages(NamedTuple):
    """The image files of one split.

    Attributes:
        names: of each image, for messages.
        contents: called for each pass over the files, in the order of `names`.
        labels: (n,) integers; None: there are none.
        groups: (n,) of any type; None: there are none.
    """

    names: Sequence[str]
    contents: Callable[[], Iterable[Content]]
    labels: np.ndarray | None = None
    groups: np.ndarray | None = None


def decoded_source(
    splits: dict[str, EncodedImages],
    class_names: Sequence[str],
    where: str,
    side: int | None,
    fit: Fit,
    labels: Labels,
    notes: Sequence[str] = (),
) -> Source:
    """The images of all splits in one size and with the same channels, RGB if any of them has colors.

    Args:
        splits: as for `Source`.
        class_names: of labels 0, 1, ...; those without images are left out.
        where: name of the data in messages.
        side, fit: as for `standin.data.images.read_images`.
        labels: whether they are required.
        notes: sentences that precede those on the conversion.

    Raises:
        InputError: one sentence with the image.
    """
    survey, unreadable = _Survey(), _Unreadable()
    for name, images in splits.items():
        for image, content in _reported(images, f"the sizes of {name} images of {where}"):
            if header := unreadable.unless_broken(image, read_header, f"{image} of {where}", content):
                survey.add(header)
    unreadable.check()
    width, height = common_size(survey.sizes, side, where)
    check_sides(height, width, f"{where}, images")  # before their pixels are read
    form = Form(width, height, survey.n_gray < survey.n, fit, max(0, survey.brightest.bit_length() - 8))
    arrays: dict[str, tuple[np.ndarray, np.ndarray | None]] = {}
    for name, images in splits.items():
        shape = (len(images.names), height, width, 3 if form.color else 1)
        arrays[name] = (
            collect(_pixels(images, f"{name} images of {where}", where, form), shape, np.uint8),
            images.labels,
        )
    given = [images.labels for images in splits.values() if images.labels is not None]
    present = [class_names[label] for label in np.unique(np.concatenate(given))] if given else None
    groups = {name: images.groups for name, images in splits.items() if images.groups is not None}
    files = tuple(name for images in splits.values() for name in images.names)
    source = make_source(arrays, present, where, groups, labels)
    return source._replace(files=files, notes=(*notes, *survey.notes(form)))


def _pixels(images: EncodedImages, what: str, where: str, form: Form) -> Iterator[np.ndarray]:
    """(1, height, width, channels) pixels of each image; at the end, an `InputError` that names all unreadable ones."""
    unreadable = _Unreadable()
    for image, content in _reported(images, what):
        pixels = unreadable.unless_broken(image, read_pixels, f"{image} of {where}", content, form)
        if pixels is not None:
            yield pixels[np.newaxis]
    unreadable.check()


class _Unreadable:
    """Images that cannot be read: one message names all of them, so that they can be removed at once."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.first: InputError | None = None

    def unless_broken(self, name: str, read: Callable[..., Read], *arguments: Any) -> Read | None:
        """What `read` returns; None, and the name is kept, if it raises an `InputError`."""
        try:
            return read(*arguments)
        except InputError as error:
            self.names.append(name)
            self.first = self.first or error
            return None

    def check(self) -> None:
        """Raises an `InputError` if there are any."""
        if self.first is None:
            return
        others = self.names[1:]
        more = f". {len(others):,} more cannot be read: {listed_in_words(others)}" if others else ""
        raise InputError(f"{self.first}{more}") from self.first


class _Survey:
    """What the headers of all images say."""

    def __init__(self) -> None:
        self.n = self.n_gray = self.n_alpha = self.n_cmyk = self.n_deep = self.n_several = self.brightest = 0
        self.sizes: Counter[tuple[int, int]] = Counter()

    def add(self, header: Header) -> None:
        self.n += 1
        self.sizes[header.size] += 1
        self.n_gray += header.mode in GRAY
        self.n_alpha += header.alpha
        self.n_cmyk += header.mode == "CMYK"
        self.n_deep += header.mode in DEEP
        self.n_several += header.several
        self.brightest = max(self.brightest, header.brightest)

    def notes(self, form: Form) -> Iterator[str]:
        """Sentences on what was converted."""
        if resizing := resizing_note(self.sizes, (form.width, form.height), form.fit):
            yield resizing
        if form.color and self.n_gray:
            yield f"{self._of(self.n_gray, 'in gray')}: converted to RGB, as others have colors."
        if self.n_alpha:
            yield f"{self._of(self.n_alpha, 'with an alpha channel')}: transparent pixels became white."
        if self.n_cmyk:
            yield f"{self._of(self.n_cmyk, 'in CMYK')}: converted to RGB without a color profile."
        if self.n_deep:
            dropped = f"the lowest {form.spare_bits} were dropped" if form.spare_bits else "only the lowest 8 are used"
            yield f"{self._of(self.n_deep, 'with more than 8 bits per pixel')}: {dropped}."
        if self.n_several:
            yield f"{self._of(self.n_several, 'with several pages or frames')}: the first of each was read."

    def _of(self, n: int, what: str) -> str:
        return f"{n:,} of {self.n:,} images {what}"


def _reported(images: EncodedImages, what: str) -> Iterator[tuple[str, Content]]:
    """The files with their names; logs progress and the time left, if it takes long."""
    n = len(images.names)
    started = reported = time.monotonic()
    for done, item in enumerate(zip(images.names, images.contents(), strict=True)):
        if done and (now := time.monotonic()) - reported > SECONDS:
            reported = now
            left = (now - started) / done * (n - done)
            log.info("Reading %s: %s of %s, about %s left.", what, f"{done:,}", f"{n:,}", in_words(left))
        yield item
