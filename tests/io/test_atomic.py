"""Files that are whole or not there."""

from pathlib import Path

import pytest

from standin.io.atomic import atomic_write


def test_a_write_that_fails_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    kept = tmp_path / "new folder" / "kept.txt"
    with atomic_write(kept) as partial:
        partial.write_text("whole")
        assert not kept.exists()
    with pytest.raises(OSError, match="disk is full"), atomic_write(kept) as partial:
        partial.write_text("ha")
        raise OSError("disk is full")
    assert kept.read_text() == "whole"
    assert list(kept.parent.iterdir()) == [kept]
