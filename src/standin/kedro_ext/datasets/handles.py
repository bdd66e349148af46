"""Handles to folders that are not written by the catalog."""

from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from standin.kedro_ext.datasets.local_file import local

if TYPE_CHECKING:
    from standin.kedro_ext.incremental.records import Records
    from standin.training import Checkpoint


class HandleDataset(AbstractDataset[Any, Any]):
    """The handle to a folder that is not written by the catalog: a node gets it as an input and never sees a path."""

    def __init__(self, path: str, metadata: dict[str, Any] | None = None) -> None:
        self._path = local(path)  # Kedro resolves arguments of this name against the project's folder
        self.metadata = metadata

    def save(self, data: Any) -> None:
        raise TypeError(f"{self._path} is not written by the catalog")

    def _describe(self) -> dict[str, Any]:
        return {"path": self._path}

    def _exists(self) -> bool:
        return True


class CheckpointDataset(HandleDataset):
    """The checkpoints of all training nodes of a namespace; each has the part that is named like its node."""

    def load(self) -> "Checkpoint":
        from standin.training import Checkpoint

        return Checkpoint(self._path)


class RecordsDataset(HandleDataset):
    """The records of what stored results were made from."""

    def load(self) -> "Records":
        from standin.kedro_ext.incremental.records import Records

        return Records(self._path)
