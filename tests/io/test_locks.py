"""Two runs on the same results: the second is told of the first, and takes over from a dead one."""

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from standin.core.errors import InputError
from standin.io.locks import exclusive_run

HOLDS = """
import sys, time
from standin.io.locks import exclusive_run
with exclusive_run(["digits", "mnist"], sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(tmp_path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_a_second_run_is_told_of_the_first(other: subprocess.Popen[str], tmp_path: Path) -> None:
    told = rf"digits is locked by another run \(process {other.pid} on .+, since 20.+\)\. Wait for it to finish"
    with pytest.raises(InputError, match=told), exclusive_run(["cifar", "digits"], tmp_path):
        pass
    with exclusive_run(["cifar"], tmp_path):  # other results are free, and what was held on the way is again
        pass


def test_a_dead_run_is_taken_over_from(
    other: subprocess.Popen[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    with caplog.at_level(logging.INFO, "standin"), exclusive_run(["digits"], tmp_path):
        assert f"The last run of digits was interrupted (process {other.pid} on " in caplog.text
    caplog.clear()
    with exclusive_run(["digits"], tmp_path):
        assert caplog.text == ""


def test_an_error_lets_go(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), exclusive_run(["digits"], tmp_path):
            raise ZeroDivisionError
    assert not list(tmp_path.glob("*.running"))


ADDS = """
import sys, time
from pathlib import Path
from standin.io.locks import wait_lock
file = Path(sys.argv[1], "count")
for _ in range(50):
    with wait_lock("count", file.parent):
        before = int(file.read_text())
        time.sleep(0.001)
        file.write_text(str(before + 1))
"""


def test_what_all_runs_write_they_write_in_turn(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    others = [subprocess.Popen([sys.executable, "-c", ADDS, str(tmp_path)]) for _ in range(2)]
    assert [other.wait() for other in others] == [0, 0]
    assert (tmp_path / "count").read_text() == "100"
