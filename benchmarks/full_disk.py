"""Puts a project's data folder on a file system that is too small, or may not be written to, runs it there, then gives
it room, and holds its tables against those of a run that always had enough.

    python -m benchmarks.full_disk                                    # cifar, shrunk by --env=test
    python -m benchmarks.full_disk --pipeline digits --megabytes 5 20

It needs Linux, and `unshare`, which makes file systems that are this program's own: as root, or where users may make
name spaces.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.interruption import copy_project, tables

ENOUGH = 500  # megabytes
ALONE = "STANDIN_OWN_MOUNTS"


def main() -> None:
    """Prints how each run ended; ends with status 1 where one did not end as it should."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pipeline", default="cifar")
    parser.add_argument("--megabytes", type=int, nargs="+", default=[6, 9, 60])
    options = parser.parse_args()
    if ALONE not in os.environ:
        again = ["unshare", "--map-root-user", "--mount", sys.executable, "-m", "benchmarks.full_disk", *sys.argv[1:]]
        os.execvpe(again[0], again, os.environ | {ALONE: "1"})
    with tempfile.TemporaryDirectory() as folder:
        whole, small = Path(folder) / "whole", Path(folder) / "small"
        for project in (whole, small):
            copy_project(project)
        mount(small / "data", f"size={options.megabytes[0]}m")
        faults = [f"remount,size={size}m" for size in options.megabytes] + [f"remount,ro,size={ENOUGH}m"]
        well = [refused(small, options.pipeline, fault) for fault in faults]
        mount(small / "data", f"remount,rw,size={ENOUGH}m")
        for project in (small, whole):
            ended = run(project, options.pipeline)
            if ended.returncode:
                sys.exit(f"with room, kedro run ended with status {ended.returncode}:\n{ended.stdout}")
        expected, found = tables(whole, options.pipeline), tables(small, options.pipeline)
        print(f"with room: tables {'are equal' if found == expected else 'differ'} ({len(expected)} files)")
        subprocess.run(["umount", small / "data"], check=True)
        sys.exit(not (all(well) and found == expected))


def refused(project: Path, pipeline: str, fault: str) -> bool:
    """Whether a run that meets a fault ends as it should: status 1, one sentence, no half-written file."""
    mount(project / "data", fault)
    ended = run(project, pipeline)
    lines = ended.stdout.splitlines()
    half_written = [str(file) for file in (project / "data").rglob(".partial_*")]
    traceback = "Traceback (most recent call last)" in ended.stdout
    print(f"{fault}: status {ended.returncode}, {len(half_written)} half-written files: {lines[-1]}", flush=True)
    return ended.returncode == 1 and lines[-1].startswith("Error: ") and not half_written and not traceback


def run(project: Path, pipeline: str) -> subprocess.CompletedProcess[str]:
    """One `kedro run --env=test`, with all that it says."""
    command: Sequence[str] = [
        str(Path(sys.executable).with_name("kedro")),
        "run",
        "--env=test",
        f"--pipelines={pipeline}",
    ]
    return subprocess.run(
        command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def mount(folder: Path, how: str) -> None:
    """A file system in memory at a folder; `how` is what `mount -o` takes."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", how, "tmpfs", folder], check=True)


if __name__ == "__main__":
    main()
