"""How long a pipeline takes on more workers: measured on this machine, or worked out for more machines than there are.

    python -m benchmarks.scaling digits --workers 1 2                   # whole runs, and one without Dask before them
    python -m benchmarks.pipeline mnist --nodes > times.txt
    python -m benchmarks.scaling mnist times.txt --workers 1 2 4 8      # a simulation

The simulated workers are as fast as the machine on which the nodes were timed. They take nodes as
`standin.kedro_ext.dask.DaskRunner` sends them, each once its predecessors have finished. The time of Dask, start-up and
files is not included.
"""

import argparse
import heapq
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from kedro.framework.project import pipelines
from kedro.framework.startup import bootstrap_project
from kedro.pipeline import Pipeline

from benchmarks.pipeline import Measured, measure

ROW = re.compile(r"^(\S+\.\S+) +([\d.]+) s +[\d.]+%$")


def main() -> None:
    """Prints the seconds for each number of workers; of a simulation also the longest chain, below which no number of
    them comes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pipeline")
    parser.add_argument("times", type=Path, nargs="?", help="what benchmarks.pipeline --nodes printed: simulate")
    parser.add_argument("--env", default=None, help="of whole runs")
    parser.add_argument("--workers", type=int, nargs="+", help="how many; up to 2, or 16 simulated")
    options = parser.parse_args()
    if options.times is None:
        for workers in (None, *(options.workers or [1, 2])):
            found = whole_run(options.pipeline, workers, options.env)
            name = "in one process" if workers is None else f"{workers:3} workers"
            print(f"{name}: {found.seconds:7.1f} s, status {found.status}", flush=True)
        return
    bootstrap_project(Path.cwd())
    pipeline, seconds = pipelines[options.pipeline], times(options.times.read_text())
    for workers in options.workers or [1, 2, 4, 8, 16]:
        print(f"{workers:3} workers: {finish(pipeline, seconds, workers):7.0f} s")
    chain = longest_chain(pipeline, seconds)
    print(f"longest chain: {sum(seconds[name] for name in chain):.0f} s, {', '.join(chain)}")


def whole_run(pipeline: str, workers: int | None, env: str | None) -> Measured:
    """`kedro run --force`, by so many workers of a cluster on this machine; None: without Dask."""
    command = [str(Path(sys.executable).with_name("kedro")), "run", "--force", f"--pipelines={pipeline}"]
    if workers is not None:
        command += ["--runner=standin.kedro_ext.dask.DaskRunner", f"--runner-params=workers={workers}"]
    return measure(command + ([f"--env={env}"] if env else []))


def times(printed: str) -> dict[str, float]:
    """Node -> seconds."""
    return {found[1]: float(found[2]) for line in printed.splitlines() if (found := ROW.match(line))}


def finish(pipeline: Pipeline, seconds: Mapping[str, float], workers: int) -> float:
    """Seconds until the last node is done."""
    waiting = dict(pipeline.node_dependencies)
    done: set[object] = set()
    busy: list[tuple[float, str]] = []  # when it will be done, and which
    by_name = {node.name: node for node in pipeline.nodes}
    now = 0.0
    while waiting or busy:
        for node in [node for node in waiting if waiting[node] <= done][: workers - len(busy)]:
            del waiting[node]
            heapq.heappush(busy, (now + seconds[node.name], node.name))
        now, name = heapq.heappop(busy)
        done.add(by_name[name])
    return now


def longest_chain(pipeline: Pipeline, seconds: Mapping[str, float]) -> list[str]:
    """The nodes, one waiting for the other, that together take longest."""
    best: dict[object, tuple[float, list[str]]] = {}
    for node in pipeline.nodes:  # each stands after all that it waits for
        before = max((best[other] for other in pipeline.node_dependencies[node]), default=(0.0, []))
        best[node] = before[0] + seconds[node.name], [*before[1], node.name]
    return max(best.values())[1]


if __name__ == "__main__":
    main()
