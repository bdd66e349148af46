"""Growth: a folder is made and trained on within a limit, and beyond it the process is killed."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.growth import Peak, alone, make_folder, plot
from PIL import Image

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")


def test_a_folder_is_made_and_trained_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    make_folder(tmp_path, 200)
    assert len(list(tmp_path.glob("*/*.png"))) == 200
    found = alone("--alone", "folder", "--path", str(tmp_path), "--limit", "4")
    assert found["rows"] == pytest.approx(140, abs=1)
    assert found["images_gb"] == pytest.approx(found["rows"] * 64 * 64 * 3 / 1e9)
    assert 0 < found["peak_gb"] < 4


def test_images_of_a_folder_have_the_size_that_is_asked_for(tmp_path: Path) -> None:
    make_folder(tmp_path, 10, side=100)
    sizes = [Image.open(file).size for file in tmp_path.glob("*/*.png")]
    assert sizes == [(100, 100)] * 10


def test_a_process_that_holds_more_is_killed() -> None:
    program = (
        "import time, numpy as np; from benchmarks.growth import Peak\n"
        "with Peak(limit=0.5): kept = np.ones(10**8); time.sleep(5)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert "more than 0.5" in done.stderr


def test_memory_of_its_own_is_seen() -> None:
    with Peak() as before:
        before.over.wait(0.1)
    with Peak() as peak:
        kept = np.ones(5 * 10**7)
        peak.over.wait(0.1)
    assert peak.gb - before.gb == pytest.approx(kept.nbytes / 1e9, abs=0.1)


def test_the_plot_shows_each_size() -> None:
    size = {"sampling_s": 1.0, "pseudo_labeling_s": 1.0, "saving_s": 1.0, "peak_gb": 1.0, "images_gb": 0.1}
    time, memory = plot([size | {"rows": 10.0**power} for power in (4, 5, 6)]).axes
    assert [len(line.get_xdata()) for axes in (time, memory) for line in axes.lines] == [3] * 5
