"""Kills `kedro run` at random moments, starts it again until it ends, and holds its tables against those of a run that
was left alone.

    python -m benchmarks.interruption                                 # 20 kills of digits, shrunk by --env=test
    python -m benchmarks.interruption --pipeline mnist --kills 5 --seed 1
    python -m benchmarks.interruption --pipeline cifar --kills 6 --workers 2    # of runs on a Dask cluster

It works in copies of the project in a temporary folder. A moment is one while a run starts, or a node among those that
are left, and a time after it has begun; the signal is SIGKILL, to the whole group of processes. Where a run comes to
its end before, its tables are compared and the next begins in an empty folder, until there were as many kills as asked
for.
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
STARTS = 0.2  # share of the kills that come while a run starts
START = 8.0  # seconds that this takes
FURTHEST = 0.4  # share of the nodes that a run is going to run
LONGEST = 1.0  # seconds after a node has begun


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
    parser.add_argument("--workers", type=int, default=0, help="of a Dask cluster, for the runs that are killed")
    options = parser.parse_args()
    rng, kills, wrong = np.random.default_rng(options.seed), 0, False
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder) / "alone"
        copy_project(alone)
        whole = attempt(alone, options.pipeline).nodes
        expected = tables(alone, options.pipeline)
        while kills < options.kills:
            killed, began = Path(folder) / f"killed_{kills}", list[str]()
            copy_project(killed)
            for tried in attempts(killed, options.pipeline, options.kills - kills, rng, options.workers):
                began += tried.nodes
                kills += not tried.ended
                last = tried.nodes[-1] if tried.nodes else "before the first node"
                print(f"{kills}: {'ended' if tried.ended else 'killed'}, {len(tried.nodes)} nodes begun, {last}")
            found = tables(killed, options.pipeline)
            different = [name for name in expected | found if expected.get(name) != found.get(name)]
            compared = f"differ: {', '.join(different)}" if different else f"are equal ({len(expected)} files)"
            print(f"{len(began)} nodes begun for {len(whole)}; tables {compared}", flush=True)
            wrong |= bool(different)
    sys.exit(wrong)


def copy_project(folder: Path) -> None:
    """All that a run with `--env=test` reads, but the package itself."""
    shutil.copytree(ROOT / "conf", folder / "conf", ignore=shutil.ignore_patterns("local"))
    shutil.copytree(ROOT / "tests/fixtures", folder / "tests/fixtures")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for empty in ("src", "conf/local", "data"):
        (folder / empty).mkdir(parents=True)


def attempts(folder: Path, pipeline: str, kills: int, rng: np.random.Generator, workers: int = 0) -> Iterator[Attempt]:
    """Runs that are killed, each taking up what the last has left, until one comes to its end: the last of so many
    kills is followed by one that is let be."""
    for _ in range(kills):
        share, seconds = rng.uniform(0, FURTHEST), rng.uniform(0, LONGEST)
        kill = (None, rng.uniform(0, START)) if rng.uniform() < STARTS else (share, seconds)
        tried = attempt(folder, pipeline, kill, workers)
        yield tried
        if tried.ended:
            return
    yield attempt(folder, pipeline, workers=workers)


def attempt(folder: Path, pipeline: str, kill: tuple[float | None, float] | None = None, workers: int = 0) -> Attempt:
    """One run of a project.

    Args:
        kill: at which share of the nodes that it is going to run, and how many seconds after that one has begun, or
            (where there is no share) the run has, it is killed; None lets it be.
        workers: of a Dask cluster on which it runs; 0: of none.

    Raises:
        RuntimeError: it failed by itself.
    """
    command = [str(Path(sys.executable).with_name("kedro")), "run", "--env=test", f"--pipelines={pipeline}"]
    if workers:
        command += ["--runner=standin.kedro_ext.dask.DaskRunner", f"--runner-params=workers={workers}"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    assert process.stdout is not None
    nodes, lines, timer = [], [], None
    if kill is not None and kill[0] is None:
        timer = _kill_after(kill[1], process.pid)
    for line in process.stdout:
        lines.append(line)
        found = NODE.search(line.rstrip())
        if not found:
            continue
        number, whole, name = int(found[1]), int(found[2]), found[3]
        nodes.append(name)
        if kill is not None and kill[0] is not None and timer is None and number >= kill[0] * whole:
            timer = _kill_after(kill[1], process.pid)
    if timer is not None:
        timer.cancel()
    status = process.wait()
    if status not in (0, -signal.SIGKILL):
        raise RuntimeError(f"kedro run ended with status {status}:\n{''.join(lines[-30:])}")
    return Attempt(nodes, ended=status == 0)


def _kill_after(seconds: float, group: int) -> threading.Timer:
    timer = threading.Timer(seconds, os.killpg, (group, signal.SIGKILL))
    timer.start()
    return timer


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
