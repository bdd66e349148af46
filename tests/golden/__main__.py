"""Records or compares the figures of a project's finished runs.

    python -m tests.golden compare .                    # against the recorded ones
    python -m tests.golden record FOLDER                # after a change that is meant to change results

FOLDER is a project: its results of `--env=test`, and those of `kedro run` (digits in full size), where they exist.
"""

import json
import sys
from pathlib import Path

from tests.golden import HERE, figures, mismatches, processor


def main() -> None:
    """Ends with status 1 if a figure differs."""
    action, folder = sys.argv[1], Path(sys.argv[2])
    runs = [(data, data_set.name) for data in (folder / "data/test", folder / "data") for data_set in _data_sets(data)]
    differ = False
    for data, data_set in runs:
        file = HERE / ("" if data.name == "test" else "full") / f"{data_set}.json"
        found = {"processor": processor(), "figures": figures(data, data_set)}
        if action == "record":
            file.parent.mkdir(exist_ok=True)
            file.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        elif file.exists():
            recorded = json.loads(file.read_text())
            exact = recorded["processor"] == found["processor"]
            lines = mismatches(recorded["figures"], found["figures"], exact)
            print(
                f"{data / data_set}: {'identical' if exact and not lines else f'{len(lines)} mismatches'}",
                *lines[:20],
                sep="\n  ",
            )
            differ |= bool(lines)
    sys.exit(differ)


def _data_sets(data: Path) -> list[Path]:
    folder = data / "03_primary"
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.exists() else []


if __name__ == "__main__":
    main()
