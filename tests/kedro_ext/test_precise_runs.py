"""Edits that cannot change a result leave every node up to date; edits of a model's code retrain that model alone."""

import ast
import inspect
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kedro.framework.project import pipelines
from kedro.framework.startup import bootstrap_project
from kedro.io import CatalogProtocol
from kedro.pipeline import Pipeline
from kedro.pipeline.node import Node

import standin
from standin.commands.common import stored_results
from standin.core import code_digest
from standin.core.code_digest import code_digests
from standin.kedro_ext.compat import local_path
from standin.kedro_ext.incremental import Plan, plan
from standin.kedro_ext.incremental.explain import explain
from standin.kedro_ext.incremental.files import state_of
from standin.kedro_ext.incremental.records import SCHEMA_VERSION, Record
from standin.kedro_ext.incremental.state import node_state, parameters_of
from standin.settings import RULES

PACKAGE = Path(standin.__file__).parent
SECOND = ("train_second_classifier", "train_second_on_real")
"""Nodes of the second network, which read the answers of the first one: it is trained where a yes is possible."""
MAY_REACH = ("core", "data", "experiments.amounts", "io", "metrics", "models", "pipelines", "training")


class Copy:
    """A copy of the package that digests are computed from, and a project whose results are all up to date."""

    def __init__(self, package: Path, catalog: CatalogProtocol) -> None:
        self.package, self.catalog, self.pipeline = package, catalog, pipelines["digits"]

    def plan(self) -> Plan:
        return plan(self.pipeline, self.catalog, RULES)

    def edit(self, file: str, change: Callable[[str], str]) -> None:
        path = self.package / file
        source = path.read_text()
        assert change(source) != source
        path.write_text(change(source))


@pytest.fixture
def copy(project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Copy]:
    package = shutil.copytree(PACKAGE, tmp_path_factory.mktemp("package") / "standin")
    original = code_digest._path
    monkeypatch.setattr(
        code_digest, "_path", lambda module: (path := original(module)) and package / path.relative_to(PACKAGE)
    )
    bootstrap_project(project)
    with stored_results("test") as catalog:
        made = Copy(package, catalog)
        pretend_to_run(made.pipeline, catalog)
        assert made.plan().reasons == {}
        yield made


def pretend_to_run(pipeline: Pipeline, catalog: CatalogProtocol) -> None:
    """Leaves an empty file for each output, and the records of a run."""
    records = catalog.load("records")
    for node in pipeline.nodes:
        for name in node.outputs:
            path = local_path(catalog.get(name))
            assert path is not None
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        state = node_state(node, catalog, records, RULES, {})
        for name in node.outputs:
            files, given = state_of(catalog, name), state._asdict()
            record = Record(schema_version=SCHEMA_VERSION, node=node.name, made="now", files=files, **given)
            records.write(name, record)


class Reword(ast.NodeTransformer):
    """Changes strings inside the nodes that `where` chooses."""

    def __init__(self, where: Callable[[ast.AST], bool]) -> None:
        self.where, self.changed = where, 0

    def visit(self, node: ast.AST) -> ast.AST:
        if self.where(node):
            for part in ast.walk(node):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    part.value, self.changed = f"{part.value} in other words", self.changed + 1
            return node
        return super().generic_visit(node)


def is_log_line(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and ast.unparse(node).startswith("log.")


def is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


@pytest.mark.parametrize(
    "where", [lambda node: isinstance(node, ast.Raise), is_log_line, is_docstring], ids=["errors", "log", "docstrings"]
)
def test_rewording_every_error_log_line_or_docstring_and_dropping_every_comment_runs_nothing(
    copy: Copy, where: Callable[[ast.AST], bool]
) -> None:
    reword = Reword(where)
    for file in copy.package.rglob("*.py"):
        file.write_text(ast.unparse(reword.visit(ast.parse(file.read_text()))))
    assert reword.changed > 20
    assert copy.plan().reasons == {}


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config/schema.py", lambda source: re.sub(r"\n    split_seed: ", "\n    another: int = 0\\g<0>", source)),
        (
            "experiments/arms.py",
            lambda source: source.replace("#000000", "#111111").replace('"real images"', '"photos"'),
        ),
        ("models/diffusion.py", lambda source: f"{source}\nANOTHER = 1\n"),
        ("kedro_ext/incremental/plan.py", lambda source: f"{source}\nANOTHER = 1\n"),
    ],
)
def test_a_schema_field_an_arm_or_another_model_retrains_nothing(
    copy: Copy, file: str, change: Callable[[str], str]
) -> None:
    copy.edit(file, change)
    again = [name for name in copy.plan().reasons if ".train_" in name or ".sample_" in name]
    assert [name for name in again if not name.endswith(SECOND)] == []


def test_a_models_code_retrains_its_experiment_alone(copy: Copy) -> None:
    copy.edit("models/gan.py", lambda source: f"{source}\nANOTHER = 1\n")
    planned = copy.plan()
    assert {name for name, triggers in planned.reasons.items() if triggers} == {"digits.gan.train_generative_model"}
    trained = {name.rpartition(".")[0] for name in planned.reasons if ".train_" in name and not name.endswith(SECOND)}
    assert trained == {"digits.gan"}
    assert "standin.models.gan changed" in planned.sentence()


def test_what_all_training_uses_is_explained_by_the_chain_of_imports(copy: Copy) -> None:
    copy.edit("training/batches.py", lambda source: f"{source}\nANOTHER = 1\n")
    text = explain(copy.plan(), "digits.vae.train_generative_model")
    assert re.search(r"code standin\.training\.batches: '\w+' -> '\w+'", text)
    chain = r"imported by standin\.pipelines\.generation\.nodes -> standin\.training.* -> standin\.training\.batches"
    assert re.search(chain, text)
    assert "downstream of digits.vae.train_generative_model" in explain(copy.plan(), "digits.vae.evaluate")


def test_training_reaches_neither_configuration_nor_arms_nor_kedro(copy: Copy) -> None:
    training = [node for node in copy.pipeline.nodes if "train" in node.tags and not node.name.endswith(SECOND)]
    assert len(training) > 10
    for node in training:
        modules = [name for name in reached(node, copy.catalog) if name.startswith("standin.")]
        wrong = [name for name in modules if not name.removeprefix("standin.").startswith(MAY_REACH)]
        assert wrong == [], node.name
    gan = next(node for node in training if node.name == "digits.gan.train_generative_model")
    models = {name for name in reached(gan, copy.catalog) if name.startswith("standin.models.")}
    assert "standin.models.gan" in models
    assert not models & {"standin.models.vae", "standin.models.cnn", "standin.models.class_gaussian"}


def reached(node: Node, catalog: CatalogProtocol) -> set[str]:
    return set(code_digests(node.func, parameters_of(node, catalog, RULES).values()))


def test_every_node_shows_its_source(project: Path) -> None:
    """As kedro-viz reads it."""
    bootstrap_project(project)
    nodes = [node for pipeline in pipelines.values() for node in pipeline.nodes]
    assert len(nodes) > 200
    for node in nodes:
        assert inspect.isfunction(node.func), node.name
        assert f"def {node.func.__name__}(" in inspect.getsource(node.func), node.name


def test_nodes_are_found_by_their_tags(project: Path) -> None:
    bootstrap_project(project)
    tagged = {
        tag: {node.name for node in pipelines["digits"].only_nodes_with_tags(tag).nodes} for tag in ("ingest", "report")
    }
    assert tagged["ingest"] == {"digits.ingest"}
    assert {"digits.build_report", "digits.tabulate", "digits.gan.write_section"} <= tagged["report"]
    assert not {"digits.compute_verdict", "digits.keep_parameters"} & tagged["report"]
