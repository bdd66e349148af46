"""Figures in PNG files: one, or a folder of them."""

import base64
import io
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.atomic import PartitionedDataset
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


class PNGFolderDataset(PartitionedDataset):
    """Figures by name, each in a PNG file of a folder."""

    def __init__(self, *, path: str, **arguments: Any) -> None:
        arguments = {"dataset": PNGDataset, "filename_suffix": ".png", "overwrite": True} | arguments
        super().__init__(path=path, **arguments)

    def preview(self) -> ImagePreview:
        """The figures below each other."""
        from PIL import Image

        figures = [Image.open(io.BytesIO(load())) for _, load in sorted(self.load().items())]
        if not figures:
            return ImagePreview("")
        widths, heights = zip(*(figure.size for figure in figures), strict=True)
        sheet, top = Image.new("RGB", (max(widths), sum(heights)), "white"), 0
        for figure in figures:
            sheet.paste(figure, (0, top))
            top += figure.height
        buffer = io.BytesIO()
        sheet.save(buffer, format="png")
        return ImagePreview(base64.b64encode(buffer.getvalue()).decode())
