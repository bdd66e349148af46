"""The time that is left of a run, from how long nodes took before."""

from pathlib import Path

import pytest
from kedro.pipeline import Node

from standin.kedro_ext import durations as module
from standin.kedro_ext.durations import Durations, Schedule, node_in_words


def node(name: str, *tags: str) -> Node:
    namespace, _, own = name.rpartition(".")
    return Node(lambda: 1, inputs=None, outputs=own, name=own, namespace=namespace, tags=tags)


NODES = [node("a.train", "train"), node("b.train", "train"), node("a.draw")]


def test_seconds_are_kept_for_the_next_run(tmp_path: Path) -> None:
    stored = Durations(tmp_path)
    assert stored.seconds == {}
    stored.seconds["a.train"] = 3.5
    stored.save()
    assert Durations(tmp_path).seconds == {"a.train": 3.5}


@pytest.mark.parametrize("content", ["", "[1]", "{"])
def test_a_damaged_file_is_ignored(tmp_path: Path, content: str) -> None:
    (tmp_path / module.FILE).write_text(content)
    assert Durations(tmp_path).seconds == {}


def test_earlier_runs_give_the_parts_and_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Schedule(NODES, {"a.train": 30.0, "b.train": 60.0, "a.draw": 10.0})
    assert schedule.seconds_left(schedule.done()) == pytest.approx(100)
    schedule.finish("a.train")
    assert schedule.done("b.train", 0.5) == pytest.approx(0.6)
    monkeypatch.setattr(module.time, "monotonic", lambda: schedule.started + 120)  # twice as slow as before
    assert schedule.seconds_left(0.6) == pytest.approx(80)


def test_a_new_node_is_expected_to_take_as_long_as_others_of_its_name() -> None:
    schedule = Schedule(NODES, {"a.train": 30.0, "c.draw": 20.0})
    assert schedule.expected == {"a.train": 30.0, "b.train": 30.0, "a.draw": 20.0}


def test_a_first_run_knows_its_pace_once_something_is_done() -> None:
    schedule = Schedule(NODES, {})
    assert schedule.seconds_left(schedule.done()) is None
    schedule.finish("a.train")
    assert schedule.done() > 0.4
    assert schedule.seconds_left(schedule.done()) is not None


@pytest.mark.parametrize(
    ("name", "words"), [("mnist.gan.train_arm", "mnist.gan: train arm"), ("build_overview", "build overview")]
)
def test_nodes_are_named_in_words(name: str, words: str) -> None:
    assert node_in_words(name) == words


def test_a_full_disk_is_not_reported_twice(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the place of the folder")
    stored = Durations(tmp_path / "file")
    stored.seconds["a.train"] = 1.0
    stored.save()
    assert Durations(tmp_path / "file").seconds == {}
