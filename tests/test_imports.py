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


@pytest.mark.parametrize("module", ["standin", "standin.models", "standin.metrics"])
def test_importing_the_python_interface_loads_no_large_library(module: str) -> None:
    large = {"tensorflow", "keras", "jax", "sklearn", "scipy", "pandas", "matplotlib", "kedro", "mlflow"}
    program = (
        f"import sys, {module}\n"
        f"print(sorted({{n.partition('.')[0] for n in sys.modules}} & {large}), 'standin' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "True"]


def test_a_run_collects_garbage_rarely_until_its_first_node_and_not_at_its_end() -> None:
    program = (
        "import atexit, gc\n"
        "usual = gc.get_threshold()\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 0))\n"
        "import standin.settings\n"
        "from standin.kedro_ext import garbage\n"
        "print(gc.get_threshold() > usual, gc.isenabled())\n"
        "garbage.resume()\n"
        "print(gc.get_threshold() == usual)\n"
        "gc.unfreeze()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True", "True"]


@pytest.mark.parametrize("package", ["benchmarks", "tests"])
def test_benchmarks_and_tests_run_on_the_convolutions_that_runs_have(package: str) -> None:
    program = f"import os, sys, {package}; print(os.environ['TF_ENABLE_ONEDNN_OPTS'], 'tensorflow' in sys.modules)"
    unset = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=unset, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["1", "False"], done.stderr
