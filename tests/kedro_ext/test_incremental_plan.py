"""What a run leaves out: everything but what changed and what is downstream of it; and it says why."""

import os
import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from kedro.io import DataCatalog, MemoryDataset
from kedro.pipeline import Node, Pipeline
from kedro.runner import SequentialRunner

from standin.core.errors import InputError, TrainingError
from standin.kedro_ext.compat import new_hook_manager
from standin.kedro_ext.datasets import RecordsDataset
from standin.kedro_ext.datasets.atomic import TextDataset
from standin.kedro_ext.hook_specs import HookSpecs
from standin.kedro_ext.incremental import RecordHook, Rules, plan, recorder
from standin.kedro_ext.incremental.consistency import find_mismatch
from standin.kedro_ext.incremental.explain import explain
from standin.kedro_ext.incremental.failures import FailedExperiments
from standin.kedro_ext.incremental.files import signature
from standin.kedro_ext.incremental.runner import IncrementalRunner
from standin.pipelines.node_helpers import bind

ENTRIES = ("raw", "a", "b", "left", "right", "all")


class Project:
    """A small graph whose functions count how often they ran:

    raw, params:one -> ab -> a, b;   a, params:left -> left;   b -> right;   left, right -> all
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ran: list[str] = []
        self.parameters: dict[str, Any] = {"one": {"deep": [1, 2]}, "left": 1}
        self.constant = 0
        self.failing = ""
        self.error: Exception = RuntimeError("interrupted")
        (folder / "data/raw.txt").write_text("raw")

    def run(self, pipeline: Pipeline | None = None, force: bool = False) -> list[str]:
        """The nodes that ran."""
        self.ran = []
        hooks = new_hook_manager()
        hooks.add_hookspecs(HookSpecs)
        hooks.register(RecordHook())
        IncrementalRunner(SequentialRunner(), Rules(), force).run(pipeline or self.pipeline, self.catalog, hooks)
        return self.ran

    def why(self) -> str:
        return plan(self.pipeline, self.catalog, Rules()).sentence()

    def file(self, entry: str) -> Path:
        return self.folder / f"data/{entry}.txt"

    @property
    def catalog(self) -> DataCatalog:
        named = {f"params:{name}": MemoryDataset(value) for name, value in self.parameters.items()}
        files = {name: TextDataset(filepath=str(self.file(name))) for name in ENTRIES}
        return DataCatalog({**named, **files, "records": RecordsDataset(str(self.folder / "data/.records"))})

    @property
    def pipeline(self) -> Pipeline:
        return Pipeline(
            [
                Node(self.step("ab", 2), ["raw", "params:one"], ["a", "b"], name="ab"),
                Node(bind(self.step("left"), constant=self.constant), ["a", "params:left"], "left", name="left"),
                Node(self.step("right"), ["b"], "right", name="right"),
                Node(self.step("all"), ["left", "right"], "all", name="all"),
            ]
        )

    def step(self, name: str, outputs: int = 1) -> Callable[..., Any]:
        def function(*inputs: Any, constant: int = 0) -> Any:
            self.ran.append(name)
            if name == self.failing:
                raise self.error
            made = f"{name} of {inputs} {constant}"
            return made if outputs == 1 else tuple(f"{made}, {i}" for i in range(outputs))

        return function


@pytest.fixture
def small(project: Path) -> Project:
    made = Project(project)
    assert made.run() == ["ab", "left", "right", "all"]
    return made


def test_what_has_not_changed_is_reused(small: Project) -> None:
    assert small.why() == "All 4 nodes are up to date. Use --force to rerun them."
    assert small.run() == []


def test_a_first_run_says_that_nothing_was_finished(project: Path) -> None:
    assert Project(project).why() == "Running all 4 nodes: ab (no results yet), 3 downstream"


def test_a_parameter_re_runs_what_takes_it_and_what_follows(small: Project) -> None:
    small.parameters["left"] = 2
    assert small.why() == "2 of 4 nodes up to date, running 2: left (left changed: 1 -> 2), 1 downstream"
    assert small.run() == ["left", "all"]
    assert small.run() == []
    small.parameters["one"] = {"deep": [1, 3]}
    assert "ab (one.deep changed: [1, 2] -> [1, 3]), 3 downstream" in small.why()


def test_what_the_graph_has_bound_counts_as_a_parameter(small: Project) -> None:
    small.constant = 7
    assert "left (constant changed: 0 -> 7)" in small.why()
    assert small.run() == ["left", "all"]


def test_a_file_that_is_missing_or_changed_is_made_again(small: Project) -> None:
    small.file("b").unlink()
    assert "ab (b is missing)" in small.why()
    assert small.run() == ["ab", "left", "right", "all"]
    small.file("right").write_text("by hand")
    assert "right (right changed)" in small.why()
    assert small.run() == ["right", "all"]


def test_an_input_that_no_node_makes_counts(small: Project) -> None:
    small.file("raw").write_text("more")
    assert "ab (raw changed)" in small.why()
    assert small.run() == ["ab", "left", "right", "all"]


def test_a_run_of_one_node_leaves_what_is_downstream_out_of_date(small: Project) -> None:
    small.parameters["one"] = {"deep": []}
    assert small.run(small.pipeline.filter(node_names=["ab"])) == ["ab"]
    assert small.run() == ["left", "right", "all"]


def test_a_run_that_failed_is_resumed(small: Project) -> None:
    small.parameters["one"], small.failing = {"deep": [0]}, "right"
    with pytest.raises(RuntimeError, match="interrupted"):
        small.run()
    small.failing = ""
    assert small.run() == ["right", "all"]


def test_going_back_after_a_run_that_failed_early_costs_nothing(small: Project) -> None:
    small.parameters["left"], small.failing = 2, "left"
    with pytest.raises(RuntimeError, match="interrupted"):
        small.run()
    small.parameters["left"], small.failing = 1, ""
    assert small.run() == []


def test_half_of_a_nodes_outputs_are_not_enough(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    small.parameters["one"] = {"deep": [5]}
    original = TextDataset.save

    def dies(self: TextDataset, data: str) -> None:
        if self._filepath.name == "b.txt":
            raise KeyboardInterrupt
        original(self, data)

    monkeypatch.setattr(TextDataset, "save", dies)
    with pytest.raises(KeyboardInterrupt):
        small.run()
    monkeypatch.undo()
    assert small.run() == ["ab", "left", "right", "all"]


def test_force_runs_everything(small: Project) -> None:
    assert small.run(force=True) == ["ab", "left", "right", "all"]
    assert small.run() == []


def test_where_a_training_fails_the_others_continue(small: Project) -> None:
    for force in (False, True):
        small.parameters["one"], small.failing, small.error = {"deep": [force]}, "left", TrainingError("nan in epoch 3")
        with pytest.raises(
            InputError, match=r"1 training run failed; .* finished: left \(nan in epoch 3\)\. Change the parameters"
        ):
            small.run(force=force)
        assert small.ran == ["ab", "left", "right"]
        small.failing = ""
        assert small.run() == ["left", "all"]


def test_a_failed_experiment_is_named() -> None:
    errors = {"digits.gan.train_generative_model": TrainingError("loss became nan in epoch 3: try another")}
    told = r"1 training run failed; .* finished: digits.gan.train_\w+ \(loss became nan in epoch 3: try another\)\. The"
    with pytest.raises(InputError, match=told):
        raise FailedExperiments(errors, left_out=[], unchanged=["digits"])


def test_what_a_source_gains_while_it_is_read_is_read_again(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = Project(project)
    folder = project / "data/images"
    folder.mkdir()
    small.parameters["source"] = {"_target_": "mine.load", "path": str(folder)}

    def adds(*inputs: Any) -> str:
        (folder / f"{len(list(folder.iterdir()))}.png").write_bytes(b"1")
        return "left"

    pipeline = Pipeline([Node(adds, ["params:source"], "left", name="left")])
    small.run(pipeline)
    assert "data/images changed" in plan(pipeline, small.catalog, Rules()).sentence()


def test_a_source_that_a_node_has_fetched_is_not_read_again(project: Path) -> None:
    small = Project(project)
    small.parameters["source"] = {"_target_": "mine.load", "path": str(project / "data/fetched.npz")}

    def fetches(*inputs: Any) -> str:
        (project / "data/fetched.npz").write_bytes(b"1")
        return "left"

    after = Node(small.step("right"), ["left"], "right", name="right")
    pipeline = Pipeline([Node(fetches, ["params:source"], "left", name="left"), after])
    small.run(pipeline)
    assert plan(pipeline, small.catalog, Rules()).reasons == {}


def test_code_that_is_changed_during_a_run_is_run_again(small: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    small.parameters["left"] = 2
    now = recorder.node_state
    monkeypatch.setattr(
        recorder, "node_state", lambda *given: now(*given)._replace(code={"standin.core.errors": "another"})
    )
    assert small.run() == ["left", "all"]
    monkeypatch.undo()
    assert small.run() == ["left", "all"]


def test_a_record_that_cannot_be_read_is_none(small: Project) -> None:
    (small.folder / "data/.records/left.json").write_text('{"node": "le')
    assert "left (no results yet)" in small.why()
    assert small.run() == ["left", "all"]


@pytest.mark.parametrize("move", [os.rename, partial(shutil.copytree, copy_function=shutil.copyfile)])
def test_results_may_be_moved_or_copied(
    small: Project, monkeypatch: pytest.MonkeyPatch, move: Callable[..., object]
) -> None:
    """A copy has other modification times: contents are compared, and the new times recorded."""
    elsewhere = small.folder.with_name(f"{small.folder.name}_elsewhere")
    move(small.folder, elsewhere)
    monkeypatch.chdir(elsewhere)
    small.folder = elsewhere
    for entry in ENTRIES:
        os.utime(small.file(entry), (1, 1))
    assert small.run() == []
    record = small.catalog.load("records").read("left")
    assert record["files"]["signature"] == signature(small.file("left"))
    assert record["inputs"]["a"]["signature"] == signature(small.file("a"))


def test_a_file_that_a_models_argument_names_is_tracked(small: Project) -> None:
    file = small.folder / "data/words.txt"
    file.write_text("one")
    small.parameters["left"] = {"_target_": "mine.Model", "vocabulary": "data/words.txt", "title": "data/raw.txt"}
    assert small.run() == ["left", "all"]
    os.utime(file, (1, 1))
    assert small.run() == []
    file.write_text("two")
    assert "left (data/words.txt changed), 1 downstream" in small.why()


def test_records_of_another_format_are_ignored(small: Project) -> None:
    file = small.folder / "data/.records/left.json"
    file.write_text(file.read_text().replace('"schema_version": 2', '"schema_version": 1'))
    assert "left (no results yet)" in small.why()


def test_only_parts_of_parameters_that_count_are_compared(small: Project) -> None:
    rules = Rules(relevant=lambda name, value: None if name == "left" else value)
    small.parameters["left"] = 2
    assert "left" in plan(small.pipeline, small.catalog, Rules()).reasons
    changed = plan(small.pipeline, small.catalog, rules).reasons["left"]
    assert [str(trigger) for trigger in changed] == ["left changed: 1 -> None"]


def test_everything_that_changed_is_explained(small: Project) -> None:
    small.parameters["one"], small.constant = {"deep": [3]}, 5
    small.file("raw").write_text("more")
    small.file("left").unlink()
    planned = plan(small.pipeline, small.catalog, Rules())
    first, *lines = explain(planned, "ab").splitlines()
    assert first == "ab is out of date:"
    assert lines[0] == "  parameter one.deep: [1, 2] -> [3]"
    assert re.fullmatch(r"  file raw: '\w+' -> '\w+'", lines[1])
    assert explain(planned, "right") == "right is out of date:\n  downstream of ab: one.deep changed: [1, 2] -> [3]"
    small.parameters["one"] = {"deep": [1, 2]}
    small.file("raw").write_text("raw")
    planned = plan(small.pipeline, small.catalog, Rules())
    assert explain(planned, "ab") == "ab is up to date."
    stored, constant = sorted(explain(planned, "left").splitlines()[1:], reverse=True)
    assert re.fullmatch(r"  stored result left: '\w+' -> none", stored)
    assert constant == "  parameter constant: 0 -> 5"


def test_files_of_a_source_count(project: Path) -> None:
    small = Project(project)
    source = {"_target_": "standin.data.npz.load", "path": str(project / "data/images")}
    small.parameters["source"] = source
    (project / "data/images").mkdir()
    (project / "data/images/1.png").write_bytes(b"1")
    pipeline = Pipeline([Node(small.step("left"), ["params:source"], "left", name="left")])
    assert small.run(pipeline) == ["left"]
    (project / "data/images/.hidden").write_bytes(b"0")
    (project / "data/images/nowhere.png").symlink_to(project / "data/images/none.png")
    assert small.run(pipeline) == []
    (project / "data/images/2.png").write_bytes(b"2")
    assert "left (data/images changed)" in plan(pipeline, small.catalog, Rules()).sentence()
    assert small.run(pipeline) == ["left"]


def test_results_of_two_runs_do_not_belong_together(small: Project) -> None:
    """`all` was made of `left`, which was made of `a`."""
    assert find_mismatch(["all"], small.catalog) is None
    small.failing, small.parameters["left"] = "all", 2
    with pytest.raises(RuntimeError):  # `left` is made anew, and the run is cut off before `all`
        small.run()
    assert find_mismatch(["all"], small.catalog) == "all was made from another version of left than the stored one"
    assert find_mismatch(["left", "right"], small.catalog) is None
    small.failing = ""
    small.run()
    assert find_mismatch(["all"], small.catalog) is None


def test_what_is_gone_and_what_was_made_elsewhere_belongs_to_what_was_made_of_it(small: Project) -> None:
    small.file("left").unlink()
    assert find_mismatch(["all"], small.catalog) is None
    small.file("a").write_text("of another machine")
    assert find_mismatch(["all"], small.catalog) == "left was made from another version of a than the stored one"
    small.run(Pipeline([node for node in small.pipeline.nodes if node.name in ("left", "all")]))
    assert find_mismatch(["all"], small.catalog) is None


def test_what_a_person_gave_counts_where_it_is_asked_for(small: Project) -> None:
    small.file("raw").write_text("something else")
    assert find_mismatch(["all"], small.catalog) is None
    assert (
        find_mismatch(["all"], small.catalog, given=True)
        == "b was made from another version of raw than the stored one"
    )
