"""How long each pipeline takes from start to report, how much memory it needs, and how fast pipelines are listed.

    python -m benchmarks.pipelines digits mnist cifar
    python -m benchmarks.pipelines --env=test

Whole processes, as a person starts them. Machines are shared: compare figures of one run.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Measured(NamedTuple):
    """One process: seconds of wall time, its own peak memory in GB, and its exit status."""

    seconds: float
    peak_gb: float
    status: int


def measure(command: list[str]) -> Measured:
    """Runs `command`, its output to /dev/null, and reads the operating system's own account of it."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    peak = usage.ru_maxrss * (1024 if sys.platform.startswith("linux") else 1)
    return Measured(time.perf_counter() - start, peak / 1e9, os.waitstatus_to_exitcode(status))


def main() -> None:
    """Measures `kedro registry list` and the pipelines asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pipelines", nargs="*", default=["digits"])
    parser.add_argument("--env", default=None)
    options = parser.parse_args()
    kedro = str(Path(sys.executable).with_name("kedro"))
    commands = {"kedro registry list": [kedro, "registry", "list"]}
    for pipeline in options.pipelines:
        extra = [f"--env={options.env}"] if options.env else []
        commands[" ".join(["kedro run", f"--pipeline={pipeline}", *extra])] = [
            kedro,
            "run",
            f"--pipeline={pipeline}",
            *extra,
        ]
    print(f"{'command':45} {'seconds':>8} {'peak GB':>8} {'status':>6}")
    for name, command in commands.items():
        found = measure(command)
        print(f"{name:45} {found.seconds:8.1f} {found.peak_gb:8.2f} {found.status:6d}", flush=True)


if __name__ == "__main__":
    main()
