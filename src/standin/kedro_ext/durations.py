"""How long nodes take: measured in each run, to estimate the time that is left of the next one."""

import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import mean

from kedro.pipeline.node import Node

from standin.io.atomic import atomic_write

FILE = "durations.json"
TRAINS = "train"
"""Tag of nodes that train."""
TYPICAL = {True: 20.0, False: 1.0}
"""Seconds of a node that was never run, by whether it trains: only their ratio matters."""
LEAST_DONE = 0.05
"""A part of the work after which its pace is known."""


class Durations:
    """Seconds by node, stored in a folder."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            found = {}
        self.seconds: dict[str, float] = found if isinstance(found, dict) else {}

    def save(self) -> None:
        """Stores the durations. A full disk is ignored here: the run itself reports it."""
        with suppress(OSError), atomic_write(self.file) as partial:
            partial.write_text(json.dumps(self.seconds, indent=1, sort_keys=True), encoding="utf-8")


class Schedule:
    """The part of a run that is done, and the time that is left.

    Args:
        nodes: that will run.
        earlier: seconds of nodes in earlier runs. A new node is expected to take as long as others of the same name
            (`train_synthetic` of other experiments).
    """

    def __init__(self, nodes: Sequence[Node], earlier: Mapping[str, float]) -> None:
        similar = defaultdict(list)
        for name, seconds in earlier.items():
            similar[own_name(name)].append(seconds)
        self.expected: dict[str, float] = {}
        for node in nodes:
            known = [earlier[node.name]] if node.name in earlier else similar.get(own_name(node.name))
            self.expected[node.name] = mean(known) if known else TYPICAL[TRAINS in node.tags]
        self.known = all(own_name(node.name) in similar for node in nodes)
        self.whole = sum(self.expected.values()) or 1.0
        self.finished: set[str] = set()
        self.started = time.monotonic()

    def finish(self, node: str) -> None:
        self.finished.add(node)

    def done(self, running: str = "", part: float = 0.0) -> float:
        """The part that is done, 0 to 1, with `part` of the node `running`."""
        done = sum(self.expected.get(name, 0.0) for name in self.finished)
        return (done + part * self.expected.get(running, 0.0)) / self.whole

    def seconds_left(self, done: float) -> float | None:
        """None while nothing is known about the pace."""
        if done >= LEAST_DONE:
            return (time.monotonic() - self.started) / done * (1 - done)
        return self.whole * (1 - done) if self.known else None


def own_name(node: str) -> str:
    """The name without its namespace."""
    return node.rpartition(".")[2]


def node_in_words(node: str) -> str:
    """`mnist.gan.train_generative_model` -> `mnist.gan: train generative model`."""
    namespace, _, name = node.rpartition(".")
    return f"{namespace}: {name.replace('_', ' ')}" if namespace else name.replace("_", " ")
