"""Who may import whom, and what listing the pipelines may load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def test_imports_go_one_way() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_listing_the_pipelines_imports_no_library_that_learns() -> None:
    program = (
        "import sys; sys.argv = ['kedro', 'registry', 'list']\n"
        "from kedro.framework.cli.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({n.partition('.')[0] for n in sys.modules} & {'tensorflow', 'keras', 'jax', 'torch', 'sklearn'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[-1] == "[]"
    assert {"- digits", "- mnist", "- cifar", "- __default__"} <= set(lines)


@pytest.mark.parametrize("package", ["benchmarks", "tests"])
def test_benchmarks_and_tests_run_on_the_convolutions_that_runs_have(package: str) -> None:
    program = f"import os, sys, {package}; print(os.environ['TF_ENABLE_ONEDNN_OPTS'], 'tensorflow' in sys.modules)"
    unset = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=unset, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["1", "False"], done.stderr
