"""A Keras model in one `.keras` file."""

from typing import TYPE_CHECKING

from kedro.io import AbstractDataset

from standin.core.errors import InputError
from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.local_file import LocalFile

if TYPE_CHECKING:
    import keras


class KerasModelDataset(LocalFile, AbstractDataset["keras.Model", "keras.Model"]):
    """A Keras model as a `.keras` file, loaded in safe mode: no code in the file is executed, and a model that contains
    code or an unknown class is refused."""

    def load(self) -> "keras.Model":
        import keras

        from standin.models import register_all

        register_all()
        try:
            return keras.saving.load_model(self._filepath, compile=False, safe_mode=True)
        except Exception as error:  # any layer may raise any type
            message = " ".join((str(error) or type(error).__name__).split())
            raise InputError(f"{self._filepath} cannot be read as a Keras model: {message}") from error

    def save(self, data: "keras.Model") -> None:
        with atomic_write(self._filepath) as partial:
            data.save(partial)
