"""`kedro run` with a stopwatch: how long each node's function, reading and writing data, and hooks take.

    python -m benchmarks.stopwatch TIMES.json run --pipeline=digits

The command is the one that people type, in this process, with one hook more.
"""

import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from kedro.framework.cli.cli import main
from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl

from standin import settings

BETWEEN = {
    "before_dataset_loaded": "data read",
    "before_node_run": "nodes",
    "before_dataset_saved": "data written",
}


class Stopwatch:
    """Seconds by what they went to.

    Attributes:
        first_node_at: when the first node began, seconds since the epoch.
        nodes: the function of each.
        other: `data read`, `data written`, `hooks` (MLflow's above all, from the first node on).
    """

    def __init__(self) -> None:
        self.first_node_at = 0.0
        self.nodes: dict[str, float] = {}
        self.other: dict[str, float] = defaultdict(float)
        self._hook_began = self._hook_ended = 0.0
        self._before = ""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        context._hook_manager.add_hookcall_monitoring(self.hook_begins, self.hook_ends)

    def hook_begins(self, hook_name: str, hook_impls: Any, kwargs: dict[str, Any]) -> None:
        """What lies between a `before_` hook and the next one is what that hook announced."""
        self._hook_began = time.perf_counter()
        what = BETWEEN.get(self._before)
        if what == "nodes":
            self.nodes[kwargs["node"].name] = self._hook_began - self._hook_ended
        elif what:
            self.other[what] += self._hook_began - self._hook_ended
        if not self.first_node_at and "node" in kwargs:
            self.first_node_at = time.time()
        self._before = hook_name

    def hook_ends(self, outcome: Any, hook_name: str, hook_impls: Any, kwargs: dict[str, Any]) -> None:
        self._hook_ended = time.perf_counter()
        if self.first_node_at:
            self.other["hooks"] += self._hook_ended - self._hook_began

    def write(self, file: Path) -> None:
        times = {"first_node_at": self.first_node_at, "nodes": self.nodes, "other": self.other}
        file.write_text(json.dumps(times, indent=2))


if __name__ == "__main__":
    times, *command = sys.argv[1:]
    stopwatch = Stopwatch()
    settings.HOOKS = (*settings.HOOKS, stopwatch)  # Kedro reads them when the project is set up, after this
    sys.argv = ["kedro", *command]
    try:
        main()
    finally:
        stopwatch.write(Path(times))
