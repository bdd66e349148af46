"""Where a pipeline's time goes, from the command to the report; its memory; and how fast Kedro lists all of them.

    python -m benchmarks.pipeline mnist                        # by kind of work
    python -m benchmarks.pipeline digits color_mnist --nodes  # and node by node
    python -m benchmarks.pipeline --env=test

Whole processes, as a person starts them, with a stopwatch in (`benchmarks.stopwatch`). What counts as training is the
fitting of networks: of generative models, of pseudo-labelers and judges, of the arms' classifiers. Machines are shared:
compare figures of one run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

KINDS = {  # by the beginning of a node's name
    "train_generative_model": "generative models",
    "train_": "classifiers",
    "sample_": "sampling",
    "ingest": "ingestion",
    "label_": "pseudo_labeling",
    "evaluate": "metrics",
    "check_": "metrics",
    "extract_": "metrics",
    "predict_": "metrics",
    "probe_model": "metrics",
    "compute_": "metrics",
    "collect_": "metrics",
    "pseudo_labeler_as_arm": "metrics",
    "tabulate": "tables and reports",
    "keep_parameters": "tables and reports",
    "write_section": "tables and reports",
    "build_report": "tables and reports",
    "draw_": "figures",
}
TRAINING = ("generative models", "classifiers")
WIDTH = 50  # of the first column


class Measured(NamedTuple):
    """One process: seconds of wall time, its own peak memory in GB, and its exit status."""

    seconds: float
    peak_gb: float
    status: int


def main() -> None:
    """Measures `kedro registry list` and the pipelines asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pipelines", nargs="*", default=["digits"])
    parser.add_argument("--env", default=None)
    parser.add_argument("--nodes", action="store_true", help="each node's seconds too")
    options = parser.parse_args()
    kedro = str(Path(sys.executable).with_name("kedro"))
    found = measure([kedro, "registry", "list"])
    print(f"kedro registry list: {found.seconds:.1f} s, {found.peak_gb:.2f} GB, status {found.status}", flush=True)
    for pipeline in options.pipelines:
        command = ["run", "--force", f"--pipelines={pipeline}", *([f"--env={options.env}"] if options.env else [])]
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "times.json"
            began = time.time()
            found = measure([sys.executable, "-m", "benchmarks.stopwatch", str(file), *command])
            times = json.loads(file.read_text())
        print(f"\nkedro {' '.join(command)}: {found.seconds:.0f} s, {found.peak_gb:.2f} GB, status {found.status}\n")
        kinds = shares(times, began, found.seconds)
        rest = found.seconds - sum(kinds.get(kind, 0.0) for kind in TRAINING)
        print(table(kinds))
        print(f"{'not training':{WIDTH}} {rest:9.1f} s {rest / found.seconds:6.1%}\n")
        if options.nodes:
            print(table(dict(sorted(times["nodes"].items(), key=lambda item: -item[1]))))


def measure(command: list[str]) -> Measured:
    """Runs `command`, its output to /dev/null, and reads the operating system's own account of it."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    peak = usage.ru_maxrss * (1024 if sys.platform.startswith("linux") else 1)
    return Measured(time.perf_counter() - start, peak / 1e9, os.waitstatus_to_exitcode(status))


def kind_of(node: str) -> str:
    """What a node does.

    Raises:
        LookupError: its name begins like none of `KINDS`.
    """
    own = node.rpartition(".")[2]
    for beginning, kind in KINDS.items():
        if own.startswith(beginning):
            return kind
    raise LookupError(f"benchmarks.pipeline.KINDS must say what kind of work {own!r} is")


def shares(times: dict[str, Any], began: float, seconds: float) -> dict[str, float]:
    """Seconds by kind of work, that add up to `seconds`.

    Args:
        times: what `Stopwatch.write` wrote.
        began: when the process was started, seconds since the epoch.
        seconds: that it took.
    """
    found: dict[str, float] = defaultdict(float)
    found["start-up, to the first node"] = times["first_node_at"] - began
    for node, taken in times["nodes"].items():
        found[kind_of(node)] += taken
    for what, taken in times["other"].items():
        found[what] += taken
    found["the rest of Kedro"] = seconds - sum(found.values())
    return dict(found)


def table(seconds: dict[str, float]) -> str:
    """Lines of seconds and their shares of the sum."""
    whole = sum(seconds.values())
    return "\n".join(f"{name:{WIDTH}} {value:9.1f} s {value / whole:6.1%}" for name, value in seconds.items())


if __name__ == "__main__":
    main()
