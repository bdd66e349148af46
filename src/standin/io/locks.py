"""Locks between processes: one run at a time on the same results. A lock ends with its process at the latest."""

import json
import logging
import os
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from standin.core.errors import InputError
from standin.io.atomic import atomic_write

log = logging.getLogger(__name__)


@contextmanager
def exclusive_run(data_sets: Iterable[str], folder: str | os.PathLike[str]) -> Iterator[None]:
    """Locks the results of these data sets for the duration of the block.

    Args:
        folder: of the locks, the same for all processes that write these results.

    Raises:
        InputError: another process holds one of the locks; names the process and since when.
    """
    with ExitStack() as held:
        for name in sorted(data_sets):
            held.enter_context(_one(name, Path(folder)))
        yield


@contextmanager
def wait_lock(name: str, folder: str | os.PathLike[str]) -> Iterator[None]:
    """Waits until no other process is in a block of this name: for files that runs of several data sets write.

    Args:
        name: of the file.
        folder: as for `exclusive_run`.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    lock = FileLock(Path(folder) / f".{name}.lock")  # no data set has such a name
    try:
        lock.acquire(timeout=1)
    except Timeout:
        log.info("Waiting for another process that writes %s.", name)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _one(data_set: str, folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / f"{data_set}.running"
    lock = FileLock(folder / f"{data_set}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        time.sleep(0.2)  # until the other process has written its name
        raise InputError(
            f"{data_set} is locked by another run ({_description(holder)}). Wait for it to finish or stop it."
        ) from None
    try:
        if holder.exists():
            log.info("The last run of %s was interrupted (%s). Resuming.", data_set, _description(holder))
        with atomic_write(holder) as partial:
            since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
            partial.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        yield
    finally:  # after an error too: only a process that is killed leaves its name
        holder.unlink(missing_ok=True)
        lock.release()


def _description(holder: Path) -> str:
    try:
        process = json.loads(holder.read_text())
        return f"process {process['pid']} on {process['host']}, since {process['since']}"
    except (OSError, ValueError, LookupError, TypeError):
        return "unknown process"
