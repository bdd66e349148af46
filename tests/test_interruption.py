"""A run that is killed, however often, is gone on with: its tables are those of another run of the same seeds that was
left alone."""

from collections import Counter
from pathlib import Path

import numpy as np
from benchmarks.interruption import attempts, tables

from tests.conftest import copy_project


def test_a_run_that_is_killed_three_times_gives_the_same_tables(finished: dict[str, Path], tmp_path: Path) -> None:
    project = copy_project(tmp_path / "killed")
    made = list(attempts(project, "cifar", 3, np.random.default_rng(10)))
    assert [each.ended for each in made] == [False, False, False, True]
    expected = tables(finished["cifar"], "cifar")
    assert {"accuracy.csv", "verdict.json", "sample_quality.json", "predictions.parquet", "curves_synthetic.csv"} <= {
        Path(name).name for name in expected
    }
    assert tables(project, "cifar") == expected
    began = Counter(node for each in made for node in each.nodes)
    under_way = Counter(each.nodes[-1] for each in made[:-1] if each.nodes)
    assert all(began[node] <= 1 + under_way[node] for node in began)
