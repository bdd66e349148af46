"""The record of a run: all arguments in effect, and the environment of the run.

Arguments that the configuration does not name have a constructor's defaults, which may change with the code. The record
states them, so that two different runs look different.
"""

import json
import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import standin
from standin.core.code_digest import packages
from standin.core.instantiate import SUPPLIED, arguments_of, resolved_arguments
from standin.experiments.ids import is_image_set

COMMAND = "STANDIN_COMMAND"
"""Environment variable with the command line of the run, for its child processes."""
ENVIRONMENT = "STANDIN_ENVIRONMENT"
"""Environment variable with the configuration environment."""


def resolve_defaults(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A data set's complete parameters with all arguments of its source, networks and generative models. Imports
    Keras."""
    from standin.training.build import SUPPLIED as SUPPLIED_TO_GENERATIVE_MODELS

    def resolved(described: Mapping[str, Any], supplied: tuple[str, ...]) -> dict[str, Any]:
        return {**described, **resolved_arguments(*arguments_of(described), supplied)}

    models = {
        name: model if is_image_set(model) else resolved(model, SUPPLIED_TO_GENERATIVE_MODELS)
        for name, model in entry["generative_models"].items()
    }
    networks = {
        key: {**value, "model": resolved(value["model"], SUPPLIED)}
        for key, value in entry.items()
        if isinstance(value, Mapping) and "model" in value
    }
    complete = {**entry, "source": resolved(entry["source"], ()), **networks, "generative_models": models}
    return dict(json.loads(json.dumps(complete, default=repr)))  # a default may be any object


def remember_command() -> None:
    """Stores the command line for `run_facts` of this process and its child processes."""
    os.environ[COMMAND] = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def remember_environment(name: str | None) -> None:
    """Stores the configuration environment for `run_facts` of this process and its child processes; None: there is
    none."""
    if name:
        os.environ[ENVIRONMENT] = name
    else:
        os.environ.pop(ENVIRONMENT, None)


def run_facts() -> dict[str, str]:
    """`date`, `command`, configuration `environment` and `commit` of a run, if known, and library `versions`.

    They vary from run to run and therefore must not decide whether a result is up to date.
    """
    facts = {"date": datetime.now(UTC).isoformat(timespec="seconds")}
    if command := os.environ.get(COMMAND):
        facts["command"] = command
    if environment := os.environ.get(ENVIRONMENT):
        facts["environment"] = environment
    if commit := _commit():
        facts["commit"] = commit
    versions = {"python": platform.python_version(), "standin": standin.__version__, **packages()}
    return facts | {"versions": ", ".join(f"{name} {version}" for name, version in versions.items())}


def _commit() -> str | None:
    """The commit of the code, or else of the working directory, and whether files differ from it."""
    for folder in (Path(standin.__file__).parent, Path.cwd()):
        if head := _git(folder, "rev-parse", "HEAD"):
            return f"{head} (with uncommitted changes)" if _git(folder, "status", "--porcelain", "-uno") else head
    return None


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
