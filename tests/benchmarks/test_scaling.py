"""The simulation of more workers, on a graph that can be worked out by hand."""

import pytest
from benchmarks.scaling import finish, longest_chain, times
from kedro.pipeline import Node, Pipeline

# a -> b -> d, a -> c
PIPELINE = Pipeline(
    [Node(len, i, o, name=f"x.{n}") for n, i, o in (("a", "0", "1"), ("b", "1", "2"), ("c", "1", "3"), ("d", "2", "4"))]
)
SECONDS = {"x.a": 1.0, "x.b": 2.0, "x.c": 4.0, "x.d": 3.0}


@pytest.mark.parametrize(("workers", "expected"), [(1, 10.0), (2, 6.0), (8, 6.0)])
def test_nodes_begin_when_what_they_wait_for_is_done_and_a_worker_is_free(workers: int, expected: float) -> None:
    assert finish(PIPELINE, SECONDS, workers) == expected


def test_the_longest_chain() -> None:
    assert longest_chain(PIPELINE, SECONDS) == ["x.a", "x.b", "x.d"]


def test_times_are_read_as_they_are_printed() -> None:
    assert times("metrics     97.1 s   3.0%\n\nmnist.gan.sample_quality.compute_fidelity      12.5 s   0.4%\n") == {
        "mnist.gan.sample_quality.compute_fidelity": 12.5
    }
