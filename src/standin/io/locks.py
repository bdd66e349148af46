"""One run at a time on the same results: who writes them holds a lock, which ends with its process at the latest."""

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
    """Holds the results of these data sets, for as long as the block lasts.

    Args:
        folder: where the locks lie, the same for all who write these results.

    Raises:
        InputError: another process holds one of them: names it, and since when.
    """
    with ExitStack() as held:
        for name in sorted(data_sets):
            held.enter_context(_one(name, Path(folder)))
        yield


@contextmanager
def wait_lock(name: str, folder: str | os.PathLike[str]) -> Iterator[None]:
    """Waits until no other process is in such a block: for what several data sets have in common, and may be written
    by runs of each.

    Args:
        name: of what is written.
        folder: as for `exclusive_run`.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    lock = FileLock(Path(folder) / f".{name}.lock")  # a name that no data set has
    try:
        lock.acquire(timeout=1)
    except Timeout:
        log.info("Another process writes %s: this one waits.", name)
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
        time.sleep(0.2)  # that it has the lock for longer than it takes to write down who it is
        raise InputError(
            f"another run writes the results of {data_set} ({_told(holder)}): wait until it has ended, or end it"
        ) from None
    try:
        if holder.exists():
            log.info("A run of %s was cut off (%s): this one takes over what it left.", data_set, _told(holder))
        with atomic_write(holder) as partial:
            since = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
            partial.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        yield
    finally:  # after an error too, which was told: only a process that is killed leaves its name
        holder.unlink(missing_ok=True)
        lock.release()


def _told(holder: Path) -> str:
    try:
        found = json.loads(holder.read_text())
        return f"process {found['pid']} on {found['host']}, since {found['since']}"
    except (OSError, ValueError, LookupError, TypeError):
        return "it does not say which"
