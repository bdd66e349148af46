"""docs/tutorial.md works: its scripts write the folders that its commands name. No network is trained."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from standin.api import compare as module
from standin.api.cli import main
from tests.conftest import ROOT

PAGE = (ROOT / "docs/tutorial.md").read_text()
SCRIPTS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"^\$ (standin judge .*?[^\\])$", PAGE, re.MULTILINE | re.DOTALL)


class Prepared(Exception):
    """Stops a comparison before its trainings."""


def test_its_commands_judge_what_its_scripts_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, script in zip(("real.py", "generator.py"), SCRIPTS, strict=True):
        (tmp_path / name).write_text(script)
        subprocess.run([sys.executable, name], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    sizes = []

    def prepared(real: Any, generated: Any, test: Any, **options: Any) -> None:
        del options["progress"]
        found = module.prepare(real, generated, test, networks={}, **options)
        images = {name: len(parts["synthetic"]["images"]) for name, parts in found.results.experiments.items()}
        sizes.append(images | {"test": len(found.results.shared["test"]["labels"])})
        raise Prepared

    monkeypatch.setattr(module, "compare", prepared)
    assert COMMANDS
    for command in COMMANDS:
        result = CliRunner().invoke(main, shlex.split(command.replace("\\\n", " "))[1:])
        assert isinstance(result.exception, Prepared), result.output
    assert sizes[:2] == [{"mixture": 1078, "kernel_density": 1078, "test": 575}] * 2
    assert sizes[2:] == [{"mixture": 1078, "test": 575}]
