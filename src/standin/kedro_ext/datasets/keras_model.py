"""A Keras model in one `.keras` file."""

from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from standin.core.errors import InputError
from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.local_file import LocalFile

if TYPE_CHECKING:
    import keras


class KerasModelDataset(LocalFile, AbstractDataset["keras.Model", "keras.Model"]):
    """A Keras model as a `.keras` file, loaded in safe mode: no code in the file is executed, and a model that contains
    code or an unknown class is refused.

    Args:
        shared: keep the loaded model until Kedro releases the dataset, for all nodes of a process that load it. None of
            them may change it. Loading a small network takes as long as predicting thousands of images with it.
    """

    def __init__(self, filepath: str, shared: bool = False, metadata: dict[str, Any] | None = None) -> None:
        super().__init__(filepath, metadata)
        self._shared = shared
        self._loaded: tuple[int, keras.Model] | None = None
        """Time of the file's last change, in nanoseconds, and the model in it."""

    def load(self) -> "keras.Model":
        import keras

        from standin.models import register_all

        register_all()
        changed = self._filepath.stat().st_mtime_ns if self._filepath.exists() else 0
        if self._loaded and self._loaded[0] == changed:
            return self._loaded[1]
        try:
            model = keras.saving.load_model(self._filepath, compile=False, safe_mode=True)
        except Exception as error:  # any layer may raise any type
            message = " ".join((str(error) or type(error).__name__).split())
            raise InputError(f"{self._filepath} cannot be read as a Keras model: {message}") from error
        if self._shared:
            self._loaded = changed, model
        return model

    def save(self, data: "keras.Model") -> None:
        with atomic_write(self._filepath) as partial:
            data.save(partial)

    def _release(self) -> None:
        self._loaded = None
