"""Named arrays in one `.npz` file."""

import base64

import numpy as np
from kedro.io import AbstractDataset

from standin.io.atomic import atomic_write
from standin.io.npz import read_npz
from standin.kedro_ext.datasets.local_file import ImagePreview, LocalFile

PREVIEW_IMAGES = 40


class NPZDataset(LocalFile, AbstractDataset[dict[str, np.ndarray], dict[str, np.ndarray]]):
    """Named arrays in one `.npz` file, never pickled; previewed as a grid of its `images`.

    Loaded arrays are read-only: a node that changed its input would change the input of others.
    """

    def load(self) -> dict[str, np.ndarray]:
        return read_npz(self._filepath)

    def save(self, data: dict[str, np.ndarray]) -> None:
        with atomic_write(self._filepath) as partial:
            np.savez(partial, **data)  # type: ignore[arg-type]

    def preview(self) -> ImagePreview:
        from standin.figures.grids import image_grid
        from standin.figures.style import png_bytes

        with np.load(self._filepath, allow_pickle=False) as file:
            names = [name for name in file.files if not name.startswith("weights_") and file[name].ndim == 4]
            if not names:
                return ImagePreview("")
            figure = image_grid(file[names[-1]][:PREVIEW_IMAGES], columns=10)
        return ImagePreview(base64.b64encode(png_bytes(figure)).decode())
