"""Files that the driver and the workers share, each through its own file system."""

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kedro.io import CatalogProtocol, MemoryDataset
from kedro.pipeline import Pipeline

from standin.core.errors import InputError
from standin.kedro_ext.incremental.files import signature_of
from standin.kedro_ext.incremental.state import RECORDS


def refuse_memory(pipeline: Pipeline, catalog: CatalogProtocol) -> None:
    """
    Raises:
        InputError: an output of a node is stored in memory, where no other process finds it.
    """
    for name in sorted(pipeline.all_outputs()):
        if isinstance(catalog.get(name), MemoryDataset):
            raise InputError(
                f"{name} must be stored in a file for workers to share, but the catalog has no entry for it"
            )


@contextmanager
def token(catalog: CatalogProtocol) -> Iterator[str]:
    """A new file in the data folder, by which a worker checks that it sees the same folder."""
    folder = Path(catalog.load(RECORDS).folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{uuid.uuid4()}.shared"
    path.touch()
    try:
        yield str(path)
    finally:
        path.unlink(missing_ok=True)


def wait_until_visible(signatures: Mapping[str, str | None], catalog: CatalogProtocol, patience: float) -> str | None:
    """Waits until files are visible as they were written elsewhere: a network file system shows them with a delay.

    Args:
        signatures: catalog entry -> signature of its files there.
        patience: seconds to wait.

    Returns:
        The first entry that is not visible in time; None if all are.
    """
    last = time.monotonic() + patience
    for name, signature in signatures.items():
        while signature_of(catalog, name) != signature:
            if time.monotonic() > last:
                return name
            time.sleep(0.5)
    return None
