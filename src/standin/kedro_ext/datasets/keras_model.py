"""A Keras model in one `.keras` file."""

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from standin.core.errors import InputError
from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.local_file import LocalFile

if TYPE_CHECKING:
    import keras

MOST_SHARED = 25_000_000
"""Largest number of weights, of all models together, that a process keeps for further nodes: 100 MB."""
_shared_models: "OrderedDict[tuple[Path, int], keras.Model]" = OrderedDict()
"""(file, time of its last change in nanoseconds) -> the model in it, the most recently used last."""


class KerasModelDataset(LocalFile, AbstractDataset["keras.Model", "keras.Model"]):
    """A Keras model as a `.keras` file, loaded in safe mode: no code in the file is executed, and a model that contains
    code or an unknown class is refused.

    Args:
        shared: keep the model that was saved or loaded for all nodes of this process that load it. None of them may
            change it. Loading a small network takes as long as predicting thousands of images with it.
    """

    def __init__(self, filepath: str, shared: bool = False, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(filepath, metadata)
        self._shared = shared

    def load(self) -> "keras.Model":
        import keras

        from standin.models import register_all

        register_all()
        if self._shared and (kept := _shared_models.get(self._version())):
            _shared_models.move_to_end(self._version())
            return kept
        try:
            model = keras.saving.load_model(self._filepath, compile=False, safe_mode=True)
        except Exception as error:  # any layer may raise any type
            message = " ".join((str(error) or type(error).__name__).split())
            raise InputError(f"{self._filepath} cannot be read as a Keras model: {message}") from error
        self._share(model)
        return model

    def save(self, data: "keras.Model") -> None:
        with atomic_write(self._filepath) as partial:
            data.save(partial)
        self._share(data)

    def _share(self, model: "keras.Model") -> None:
        if not self._shared:
            return
        _shared_models[self._version()] = model
        while sum(kept.count_params() for kept in _shared_models.values()) > MOST_SHARED:
            _shared_models.popitem(last=False)

    def _version(self) -> tuple[Path, int]:
        return self._filepath, self._filepath.stat().st_mtime_ns if self._filepath.exists() else 0
