"""A figure in one PNG file."""

import base64
from typing import TYPE_CHECKING

from kedro.io import AbstractDataset

from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.local_file import ImagePreview, LocalFile

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class PNGDataset(LocalFile, AbstractDataset["Figure", bytes]):
    """A Matplotlib figure, saved as PNG and loaded as the file's bytes (a report embeds them)."""

    def load(self) -> bytes:
        return self._filepath.read_bytes()

    def save(self, data: "Figure") -> None:
        from standin.figures.style import png_bytes

        with atomic_write(self._filepath) as partial:
            partial.write_bytes(png_bytes(data))

    def preview(self) -> ImagePreview:
        return ImagePreview(base64.b64encode(self.load()).decode())
