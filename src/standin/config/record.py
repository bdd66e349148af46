"""The record of a run: the arguments that were in effect, and what they ran on.

Arguments that the configuration does not name have the defaults of a constructor, which may change with the code.
A record states them, so that two runs that differ look different.
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

COMMAND = "STANDIN_COMMAND"
"""Environment variable: the command line of the run, for processes that it starts."""


def resolve_defaults(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A data set's entry with all arguments of its source, networks and generative models. Imports Keras.

    Args:
        entry: the data set's complete parameters.
    """
    from standin.training.build import SUPPLIED as SUPPLIED_TO_GENERATIVE_MODELS

    def resolved(described: Mapping[str, Any], supplied: tuple[str, ...]) -> dict[str, Any]:
        return {**described, **resolved_arguments(*arguments_of(described), supplied)}

    models = {name: resolved(m, SUPPLIED_TO_GENERATIVE_MODELS) for name, m in entry["generative_models"].items()}
    networks = {
        key: {**value, "model": resolved(value["model"], SUPPLIED)}
        for key, value in entry.items()
        if isinstance(value, Mapping) and "model" in value
    }
    whole = {**entry, "source": resolved(entry["source"], ()), **networks, "generative_models": models}
    return dict(json.loads(json.dumps(whole, default=repr)))  # a default may be any object


def remember_command() -> None:
    """Keeps the command line of this process for `run_facts`, also in the processes that it starts."""
    os.environ[COMMAND] = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])


def run_facts() -> dict[str, str]:
    """What a run runs on: `date`, `command` and `commit`, as far as they are known, and library versions.

    They vary from run to run, so they must not decide whether a result is up to date.
    """
    facts = {"date": datetime.now(UTC).isoformat(timespec="seconds")}
    if command := os.environ.get(COMMAND):
        facts["command"] = command
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
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=True, timeout=10
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
