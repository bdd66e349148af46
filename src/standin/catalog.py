"""Standin's own Kedro datasets: arrays, Keras models, figures, and handles to folders that others write.

Each writes beside its file and then moves it into place, so that a file is either whole or not there.
"""

import base64
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, NewType

import numpy as np
from kedro.io import AbstractDataset

from standin.arrays import read_npz
from standin.errors import InputError
from standin.files import replacing

if TYPE_CHECKING:
    import keras
    import pandas as pd
    from matplotlib.figure import Figure

    from standin.freshness.records import Records
    from standin.training import Checkpoint

ImagePreview = NewType("ImagePreview", str)  # kedro-viz recognises a preview by this name
PREVIEW_ROWS = 40


class LocalFile:
    """Where a dataset's file is, and how it is replaced."""

    def __init__(self, filepath: str, metadata: dict[str, Any] | None = None) -> None:
        self._filepath = Path(filepath)
        self.metadata = metadata

    def _describe(self) -> dict[str, Any]:
        return {"filepath": str(self._filepath)}

    def _exists(self) -> bool:
        return self._filepath.exists()


def mlflow_kind(dataset: Any) -> str | None:
    """How the catalog says that an output appears in MLflow; None for those that do not."""
    return (getattr(dataset, "metadata", None) or {}).get("mlflow")


class NPZDataset(LocalFile, AbstractDataset[dict[str, np.ndarray], dict[str, np.ndarray]]):
    """Named arrays in one `.npz` file, never pickled; previewed as a grid of its `images`.

    They are read-only: a node that changed what it was given would change what others are given.
    """

    def load(self) -> dict[str, np.ndarray]:
        return read_npz(self._filepath)

    def save(self, data: dict[str, np.ndarray]) -> None:
        with replacing(self._filepath) as partial:
            np.savez(partial, **data)  # type: ignore[arg-type]

    def preview(self) -> ImagePreview:
        from standin.figures.grids import image_grid

        with np.load(self._filepath, allow_pickle=False) as file:
            names = [name for name in file.files if not name.startswith("weights_") and file[name].ndim == 4]
            if not names:
                return ImagePreview("")
            figure = image_grid(file[names[-1]][:PREVIEW_ROWS], columns=10)
        return ImagePreview(base64.b64encode(_png(figure)).decode())


class OptionalCSVDataset(LocalFile, AbstractDataset["pd.DataFrame", "pd.DataFrame"]):
    """A table of text that a person may have put there: without the file it has no rows.

    Args:
        columns: of the table while there is none.
    """

    def __init__(self, filepath: str, columns: list[str], metadata: dict[str, Any] | None = None) -> None:
        super().__init__(filepath, metadata)
        self._columns = columns

    def load(self) -> "pd.DataFrame":
        import pandas as pd

        if not self._filepath.exists():
            return pd.DataFrame(columns=self._columns, dtype=str)
        return pd.read_csv(self._filepath, dtype=str, keep_default_na=False)  # a class may be called NA

    def save(self, data: "pd.DataFrame") -> None:
        with replacing(self._filepath) as partial:
            data.to_csv(partial, index=False)

    def _exists(self) -> bool:
        return True  # without a file, too, it loads


class KerasModelDataset(LocalFile, AbstractDataset["keras.Model", "keras.Model"]):
    """A Keras model as a `.keras` file, loaded in safe mode: no code in the file is run, and a model that would need
    some, or a class that Standin does not know, is refused."""

    def load(self) -> "keras.Model":
        import keras

        from standin.models import register_all

        register_all()
        try:
            return keras.saving.load_model(self._filepath, compile=False, safe_mode=True)
        except Exception as error:  # of any type, by whichever layer it was
            told = " ".join((str(error) or type(error).__name__).split())
            raise InputError(f"{self._filepath} cannot be read as a Keras model: {told}") from error

    def save(self, data: "keras.Model") -> None:
        with replacing(self._filepath) as partial:
            data.save(partial)


class PNGDataset(LocalFile, AbstractDataset["Figure", bytes]):
    """A Matplotlib figure, saved as PNG and loaded as the file's bytes (a report embeds them)."""

    def load(self) -> bytes:
        return self._filepath.read_bytes()

    def save(self, data: "Figure") -> None:
        with replacing(self._filepath) as partial:
            partial.write_bytes(_png(data))

    def preview(self) -> ImagePreview:
        return ImagePreview(base64.b64encode(self.load()).decode())


class HandleDataset(AbstractDataset[Any, Any]):
    """The handle to a folder that something else writes to: a node gets it as an input and never sees a path."""

    def __init__(self, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = path  # so called, Kedro takes it from the project's folder, wherever a run is started
        self.metadata = metadata

    def save(self, data: Any) -> None:
        raise TypeError(f"{self._path} is not written by the catalog")

    def _describe(self) -> dict[str, Any]:
        return {"path": self._path}

    def _exists(self) -> bool:
        return True


class CheckpointDataset(HandleDataset):
    """Of the checkpoints of all trainings of one namespace; each has the part that is called like its node."""

    def load(self) -> "Checkpoint":
        from standin.training import Checkpoint

        return Checkpoint(self._path)


class RecordsDataset(HandleDataset):
    """Of the records that say what stored results were made of."""

    def load(self) -> "Records":
        from standin.freshness.records import Records

        return Records(self._path)


def _png(figure: "Figure") -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, bbox_inches="tight")
    return buffer.getvalue()
