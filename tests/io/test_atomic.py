"""Atomic writes: a file is complete or absent."""

import os
import stat
from pathlib import Path

import pytest

from standin.io.atomic import atomic_write


def test_a_write_that_fails_leaves_the_earlier_file_and_nothing_else(tmp_path: Path) -> None:
    kept = tmp_path / "new folder" / "kept.txt"
    with atomic_write(kept) as partial:
        partial.write_text("whole")
        assert not kept.exists()
    with pytest.raises(OSError, match="disk is full"), atomic_write(kept) as partial:
        partial.write_text("ha")
        raise OSError("disk is full")
    assert kept.read_text() == "whole"
    assert list(kept.parent.iterdir()) == [kept]


def test_content_and_name_are_on_disk_before_a_write_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The content before the file has its name, then the name."""
    synced: list[str] = []

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        synced.append(f"{'folder' if is_folder else 'file'}, {'named' if (tmp_path / 'a').exists() else 'unnamed'}")

    monkeypatch.setattr(os, "fsync", fsync)
    with atomic_write(tmp_path / "a") as partial:
        partial.write_text("x")
    assert synced == ["file, unnamed", "folder, named"]
