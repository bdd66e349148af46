"""A pydantic model in one JSON file."""

from kedro.io import AbstractDataset
from pydantic import BaseModel, ValidationError

from standin.core.errors import InputError
from standin.core.instantiate import resolve_target
from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.local_file import JSONPreview, LocalFile


class PydanticJSONDataset(LocalFile, AbstractDataset[BaseModel, BaseModel]):
    """A pydantic model, saved as JSON and validated when it is loaded.

    Args:
        model: dotted name of its class.
        results_of: what the file belongs to, for errors.
    """

    def __init__(self, filepath: str, model: str, results_of: str, metadata: dict[str, object] | None = None) -> None:
        super().__init__(filepath, metadata)
        self._model, self._results_of = model, results_of

    def load(self) -> BaseModel:
        """
        Raises:
            InputError: the file is not valid for the model: it is damaged, or another version wrote it.
        """
        try:
            return self._class().model_validate_json(self._filepath.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            what = first["msg"].removeprefix("Value error, ")
            raise InputError(
                f"{self._filepath} does not fit this version of Standin ({where}{': ' if where else ''}{what}): "
                f"rebuild the results of {self._results_of} with kedro run"
            ) from error

    def save(self, data: BaseModel) -> None:
        if not isinstance(data, self._class()):
            raise TypeError(f"{self._filepath} must be given a {self._model}, got a {type(data).__name__}")
        with atomic_write(self._filepath) as partial:
            partial.write_text(data.model_dump_json(indent=2), encoding="utf-8")

    def preview(self) -> JSONPreview:
        return JSONPreview(self._filepath.read_text(encoding="utf-8"))

    def _class(self) -> type[BaseModel]:
        found = resolve_target(self._model)
        if not (isinstance(found, type) and issubclass(found, BaseModel)):
            raise InputError(f"{self._filepath}: model must be a pydantic model, got {self._model}")
        return found
