"""Handles to folders that something else writes."""

from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

if TYPE_CHECKING:
    from standin.kedro_ext.incremental.records import Records
    from standin.training import Checkpoint


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
        from standin.kedro_ext.incremental.records import Records

        return Records(self._path)
