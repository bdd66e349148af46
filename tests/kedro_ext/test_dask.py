"""What the Dask runner sends when, and what happens when a process of the cluster dies."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from kedro.framework.hooks import hook_impl
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline

from standin.core.code_digest import all_code_digest
from standin.core.errors import InputError, TrainingError
from standin.kedro_ext.compat import new_hook_manager
from standin.kedro_ext.dask import DaskRunner, node_process, runner
from standin.kedro_ext.dask.node_process import verify
from standin.kedro_ext.dask.resources import LIBRARIES, PER_BYTE_READ, request_for, resources_of, satisfies
from standin.kedro_ext.dask.shared_files import wait_until_visible
from standin.kedro_ext.dask.worker import RunEnvironment, pack
from standin.kedro_ext.datasets import NPZDataset, RecordsDataset
from standin.kedro_ext.datasets.atomic import JSONDataset
from standin.kedro_ext.incremental.files import signature_of
from standin.kedro_ext.incremental.state import RECORDS
from tests.clusters import Cluster, started, wait_for
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with started(tmp_path_factory.mktemp("cluster"), workers=2) as found:
        yield found


class Heard:
    """Hooks that write down when they were called, and for what."""

    def __init__(self, fails_at: str = "", once: Any = None) -> None:
        self.calls: list[tuple[str, str]] = []
        self.fails_at, self.once = fails_at, once  # a node, and what has to be true first

    @hook_impl
    def before_node_run(self, node: Node) -> None:
        if node.name == self.fails_at:
            wait_for(self.once)
            raise KeyError("MLflow is gone")
        self.calls.append(("before", node.name))

    @hook_impl
    def after_node_run(self, node: Node, outputs: dict[str, Any]) -> None:
        self.calls.append(("after", node.name))
        assert [*outputs] == node.outputs

    @hook_impl
    def after_dataset_saved(self, dataset_name: str) -> None:
        self.calls.append(("saved", dataset_name))

    @hook_impl
    def on_node_error(self, error: Exception, node: Node) -> None:
        self.calls.append(("failed", node.name))


def small(folder: Path, **functions: Any) -> tuple[Pipeline, DataCatalog]:
    """Nodes `first` -> `second` -> `third`, and `other` beside them; each adds one unless it is given here."""
    steps = {"first": ["zero", "one"], "second": ["one", "two"], "third": ["two", "three"], "other": ["zero", "more"]}
    pipeline = Pipeline([Node(functions.get(n, add_one), i, o, name=n) for n, (i, o) in steps.items()])
    files = {name: JSONDataset(filepath=str(folder / f"{name}.json")) for name in pipeline.datasets()}
    files["zero"].save(0)
    return pipeline, DataCatalog({**files, RECORDS: RecordsDataset(str(folder / ".records"))})


def add_one(number: int) -> int:
    return number + 1


class Unpicklable(Exception):
    """Of which only the words can travel."""

    def __init__(self) -> None:
        super().__init__("it cannot be pickled")
        self.lock = threading.Lock()


def raise_unpicklable(number: int) -> int:
    raise Unpicklable


def sleep_for_a_minute(file: str) -> int:
    Path(file).write_text(str(os.getpid()))
    time.sleep(60)
    return 1


def find_no_room(number: int) -> int:
    raise OSError(errno.ENOSPC, "No space left on device", "a.npz")


def fail_to_train(number: int) -> int:
    raise TrainingError("the loss became nan")


def carry_out(runner: DaskRunner, pipeline: Pipeline, catalog: DataCatalog, heard: Heard | None = None) -> None:
    hooks = new_hook_manager()
    hooks.register(heard or Heard())
    runner.run(pipeline, catalog, hooks)


def test_a_node_runs_once_what_it_needs_is_stored(cluster: Cluster, tmp_path: Path) -> None:
    pipeline, catalog = small(tmp_path)
    heard = Heard()
    carry_out(DaskRunner(cluster.address), pipeline, catalog, heard)
    assert [catalog.load(name) for name in ("one", "two", "three", "more")] == [1, 2, 3, 1]
    at = {call: number for number, call in enumerate(heard.calls)}
    assert len(at) == len(heard.calls) == 12
    assert at["before", "first"] < at["after", "first"] < at["saved", "one"] < at["before", "second"]
    assert at["before", "other"] < at["before", "second"]
    assert not list((tmp_path / ".records").glob("*.shared"))


def test_without_an_address_it_starts_a_cluster(tmp_path: Path) -> None:
    pipeline, catalog = small(tmp_path)
    carry_out(DaskRunner(workers=1), pipeline, catalog)
    assert catalog.load("three") == 3


def test_failed_trainings_end_what_is_downstream_alone(cluster: Cluster, tmp_path: Path) -> None:
    heard = Heard()
    pipeline, catalog = small(tmp_path, second=fail_to_train, other=fail_to_train)
    with pytest.raises(TrainingError, match="the loss became nan") as raised:
        carry_out(DaskRunner(cluster.address), pipeline, catalog, heard)
    assert len(raised.value.others) == 1
    assert {("failed", "second"), ("failed", "other"), ("saved", "one")} <= set(heard.calls)
    assert ("before", "third") not in heard.calls


def test_a_node_that_nobody_waits_for_any_more_is_ended(cluster: Cluster, tmp_path: Path) -> None:
    pipeline, catalog = small(tmp_path, first=sleep_for_a_minute)
    catalog["zero"].save(str(tmp_path / "pid"))
    with pytest.raises(KeyError, match="MLflow is gone"):
        carry_out(DaskRunner(cluster.address), pipeline, catalog, Heard("other", (tmp_path / "pid").exists))
    wait_for_the_end_of_the_node(tmp_path / "pid")
    assert not catalog.exists("one")


def wait_for_the_end_of_the_node(file: Path) -> None:
    """Where `sleep_for_a_minute` has written its process."""
    wait_for(lambda: not Path(f"/proc/{file.read_text()}").exists())


def test_a_node_whose_driver_is_killed_is_ended(cluster: Cluster, tmp_path: Path) -> None:
    drives = "import sys; from tests.kedro_ext.test_dask import sleep_on; sleep_on(sys.argv[1], sys.argv[2])"
    driver = subprocess.Popen([sys.executable, "-c", drives, cluster.address, str(tmp_path)], cwd=ROOT)
    wait_for((tmp_path / "pid").exists)
    driver.kill()
    assert driver.wait() == -signal.SIGKILL
    wait_for_the_end_of_the_node(tmp_path / "pid")
    assert not (tmp_path / "one.json").exists()


def sleep_on(address: str, folder: str) -> None:
    pipeline, catalog = small(Path(folder), first=sleep_for_a_minute)
    catalog["zero"].save(str(Path(folder) / "pid"))
    carry_out(DaskRunner(address), pipeline, catalog)


def sleep_on_until(kill: Callable[[], object], address: str, folder: Path, told: str) -> None:
    """A run whose node sleeps, while something of its cluster is killed: it ends with what is told."""
    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    with pytest.raises(InputError, match=told):
        sleep_on(address, str(folder))
    killer.join()


def test_a_node_whose_scheduler_is_killed_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "PATIENCE", 3)  # for which Dask waits whether the scheduler comes back
    with started(tmp_path, workers=1) as own:

        def kill() -> None:
            wait_for((tmp_path / "pid").exists)
            own.scheduler.kill()

        told = rf"first was given up: the Dask scheduler at {own.address} is gone"
        sleep_on_until(kill, own.address, tmp_path, told)
        wait_for_the_end_of_the_node(tmp_path / "pid")
    assert not (tmp_path / "one.json").exists()


def test_a_run_that_waits_for_a_worker_ends_with_its_scheduler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(runner, "PATIENCE", 3)
    monkeypatch.setattr(runner, "TICK", 0.5)
    with started(tmp_path, workers=1) as own:

        def kill() -> None:
            wait_for((tmp_path / "pid").exists)
            for worker in own.workers.values():
                worker.kill()
            wait_for(lambda: "no worker is left; 4 nodes are waiting for one" in caplog.text)
            own.scheduler.kill()

        told = rf"the Dask scheduler at {own.address} is gone .*; 4 nodes have not run"
        sleep_on_until(kill, own.address, tmp_path, told)


def test_a_file_that_another_machine_has_written_is_waited_for(tmp_path: Path) -> None:
    _, catalog = small(tmp_path)
    catalog["one"].save(1)
    signatures = {name: signature_of(catalog, name) for name in ("zero", "one", "two")}
    assert signatures["two"] is None and wait_until_visible(signatures, catalog, patience=0) is None
    file = tmp_path / "one.json"
    file.rename(tmp_path / "hidden")
    assert wait_until_visible(signatures, catalog, patience=0) == "one"
    seen = threading.Timer(0.3, (tmp_path / "hidden").rename, [file])
    seen.start()
    assert wait_until_visible(signatures, catalog, patience=30) is None


def test_a_worker_that_sees_another_file_than_the_driver_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node_process, "PATIENCE", 0)
    pipeline, catalog = small(tmp_path)
    (tmp_path / "token").touch()
    work = pack(pipeline.nodes[0], {name: catalog[name] for name in ("zero", "one")}, {"zero": "of today"})
    error, signatures = node_process.answer(
        "first", work, RunEnvironment(all_code_digest(), str(tmp_path / "token")), "tcp://a:1"
    )
    assert isinstance(error, InputError) and "worker tcp://a:1 does not see zero as it was written" in str(error)
    assert signatures == {} and not catalog.exists("one")


def test_a_full_disk_on_a_worker_is_reported_in_a_sentence(tmp_path: Path) -> None:
    pipeline, catalog = small(tmp_path, first=find_no_room)
    (tmp_path / "token").touch()
    first = next(node for node in pipeline.nodes if node.name == "first")
    work = pack(first, {name: catalog[name] for name in ("zero", "one")}, {})
    error, _ = node_process.answer(
        "first", work, RunEnvironment(all_code_digest(), str(tmp_path / "token")), "tcp://a:1"
    )
    assert isinstance(error, InputError)
    assert str(error) == "worker tcp://a:1: a.npz cannot be written to: No space left on device"


def test_an_error_that_cannot_travel_comes_as_its_text(cluster: Cluster, tmp_path: Path) -> None:
    pipeline, catalog = small(tmp_path, first=raise_unpicklable)
    with pytest.raises(RuntimeError, match=r"first failed on worker tcp://\S+\nTraceback[\s\S]*it cannot be pickled"):
        carry_out(DaskRunner(cluster.address), pipeline, catalog)


def test_a_worker_with_other_code_or_another_folder_is_refused(tmp_path: Path) -> None:
    token = tmp_path / "token"
    with pytest.raises(InputError, match="worker tcp://a:1 must see this project's data folder under the same path"):
        verify(RunEnvironment(all_code_digest(), str(token)), "tcp://a:1")
    token.touch()
    with pytest.raises(InputError, match="worker tcp://a:1: code or package versions differ from the driver's"):
        verify(RunEnvironment("of yesterday", str(token)), "tcp://a:1")
    verify(RunEnvironment(all_code_digest(), str(token)), "tcp://a:1")


def test_wrong_input_is_reported_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="address must be a Dask scheduler's, such as tcp://10.0.0.5:8786, got 'here'"):
        DaskRunner("here")
    with pytest.raises(InputError, match="workers must be an integer of at least 1, got 0"):
        DaskRunner(workers=0)
    monkeypatch.setattr(runner, "PATIENCE", 0.5)
    pipeline, catalog = small(tmp_path)
    with pytest.raises(InputError, match="address: there is no Dask scheduler at tcp://127.0.0.1:9"):
        DaskRunner("tcp://127.0.0.1:9").run(pipeline, catalog)
    catalog["two"] = MemoryDataset()
    with pytest.raises(InputError, match="two must be stored in a file for workers to share"):
        DaskRunner("tcp://127.0.0.1:9").run(pipeline, catalog)


def test_a_node_requests_memory_by_what_it_reads_and_a_gpu_by_its_tag(tmp_path: Path) -> None:
    catalog = DataCatalog({"images": NPZDataset(str(tmp_path / "images.npz"))})
    asked = resources_of(Node(len, "images", "n", name="compute_verdict"), catalog)
    assert asked == {"MEMORY": LIBRARIES}
    catalog.save("images", {"images": np.zeros(10**6, np.uint8)})
    asked = resources_of(Node(len, "images", "n", name="fit", tags={"gpu"}), catalog)
    assert asked["GPU"] == 1 and asked["MEMORY"] == pytest.approx(LIBRARIES + PER_BYTE_READ * 10**6, rel=1e-3)


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([{}, {}], {}),
        ([{"MEMORY": 4e9}, {"MEMORY": 8e9}], {"MEMORY": 8e9}),
        ([{"MEMORY": 16e9}, {"GPU": 2.0}], {"GPU": 1.0}),
        ([{"MEMORY": 16e9}, {"MEMORY": 4e9, "GPU": 1.0}], {"MEMORY": 4e9, "GPU": 1.0}),
    ],
)
def test_some_worker_has_what_is_requested(offers: list, expected: dict) -> None:
    asked = request_for({"MEMORY": 9e9, "GPU": 1.0}, offers)
    assert asked == expected
    assert any(satisfies(offered, asked) for offered in offers)
