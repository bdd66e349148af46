"""Kills `kedro run` at random moments, starts it again until it ends, and holds its tables against those of a run that
was left alone.

    python -m benchmarks.interruption                                 # 20 kills of digits, shrunk by --env=test
    python -m benchmarks.interruption --pipeline mnist --kills 5 --seed 1

It works in copies of the project in a temporary folder. A moment is a node among those that are left, and a
time after it has begun; the signal is SIGKILL, to the whole group of processes.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

ROOT = Path(__file__).parents[1]
NODE = re.compile(r"\[(\d+)/(\d+)\] (\S+)$")  # how a run announces one
LAYERS = ("07_model_output", "08_reporting")
TABLES = (".csv", ".json", ".parquet")
LATEST = 0.6  # share of the nodes that a run is going to run
LONGEST = 2.0  # seconds after a node has begun


class Attempt(NamedTuple):
    """One run: the nodes that it began, and whether it came to its end."""

    nodes: list[str]
    ended: bool


def main() -> None:
    """Prints each kill, and whether the tables are equal; ends with status 1 where they are not."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pipeline", default="digits")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        alone, killed = Path(folder) / "alone", Path(folder) / "killed"
        for project in (alone, killed):
            copy_project(project)
        whole = attempt(alone, options.pipeline).nodes
        began: list[str] = []
        rng = np.random.default_rng(options.seed)
        for number, tried in enumerate(attempts(killed, options.pipeline, options.kills, rng), 1):
            began += tried.nodes
            last = tried.nodes[-1] if tried.nodes else "before the first node"
            print(
                f"{number}: {'ended' if tried.ended else 'killed'}, {len(tried.nodes)} nodes begun, {last}", flush=True
            )
        expected, found = tables(alone, options.pipeline), tables(killed, options.pipeline)
        different = [name for name in expected | found if expected.get(name) != found.get(name)]
        compared = f"differ: {', '.join(different)}" if different else f"are equal ({len(expected)} files)"
        print(f"{len(began)} nodes begun for {len(whole)}; tables {compared}")
        sys.exit(bool(different))


def copy_project(folder: Path) -> None:
    """All that a run with `--env=test` reads, but the package itself."""
    shutil.copytree(ROOT / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copytree(ROOT / "tests/fixtures", folder / "tests/fixtures")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for empty in ("src", "conf/local", "data"):
        (folder / empty).mkdir(parents=True)


def attempts(folder: Path, pipeline: str, kills: int, rng: np.random.Generator) -> Iterator[Attempt]:
    """Runs that are killed, each taking up what the last has left, and one at last that is let be.

    A share of what is left is drawn such that all kills together come to about the whole; none is so late that the run
    might end before.
    """
    for number in range(kills):
        share = rng.uniform(0, min(LATEST, 2 / (kills + 1 - number)))
        yield attempt(folder, pipeline, kill=(share, rng.uniform(0, LONGEST)))
    yield attempt(folder, pipeline)


def attempt(folder: Path, pipeline: str, kill: tuple[float, float] | None = None) -> Attempt:
    """One run of a project.

    Args:
        kill: at which share of the nodes that it is going to run, and how many seconds after that one has begun, the
            run is killed; None lets it be.

    Raises:
        RuntimeError: it failed by itself.
    """
    command = [str(Path(sys.executable).with_name("kedro")), "run", "--env=test", f"--pipelines={pipeline}"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout is not None
    nodes, lines, timer = [], [], None
    for line in process.stdout:
        lines.append(line)
        found = NODE.search(line.rstrip())
        if not found:
            continue
        number, whole, name = int(found[1]), int(found[2]), found[3]
        nodes.append(name)
        if kill is not None and timer is None and number >= kill[0] * whole:
            timer = threading.Timer(kill[1], os.killpg, (process.pid, signal.SIGKILL))
            timer.start()
    if timer is not None:
        timer.cancel()
    status = process.wait()
    if status not in (0, -signal.SIGKILL):
        raise RuntimeError(f"kedro run ended with status {status}:\n{''.join(lines[-30:])}")
    return Attempt(nodes, ended=status == 0)


def tables(folder: Path, data_set: str) -> dict[str, bytes]:
    """All tables and findings that a run leaves, by name; but for the parameters, which hold paths."""
    data = folder / "data/test"
    of_data_set = [
        file
        for layer in LAYERS
        for file in sorted((data / layer).rglob("*"))
        if file.relative_to(data).parts[1].partition(".")[0] == data_set
    ]
    files = [file for file in of_data_set if file.suffix in TABLES and file.name != "parameters.json"]
    return {str(file.relative_to(data)): file.read_bytes() for file in files}


if __name__ == "__main__":
    main()
