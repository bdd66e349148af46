"""Records the figures of a project's finished runs: see `tests.golden`."""

import json
import sys
from pathlib import Path

from tests.golden import HERE, figures, processor


def main() -> None:
    """Writes the figures of every data set in a project."""
    data = Path(sys.argv[1]) / "data/test"
    for folder in sorted((data / "03_primary").iterdir()):
        found = {"processor": processor(), "figures": figures(data, folder.name)}
        (HERE / f"{folder.name}.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")
        print(folder.name)


if __name__ == "__main__":
    main()
