"""A run after another one: it does what is missing and no more, and MLflow has all of it."""

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import pytest
from click.testing import CliRunner
from kedro.framework.project import pipelines
from kedro.framework.startup import bootstrap_project
from mlflow.entities import Run

from standin.cli import cli
from standin.commands.common import stored_results
from standin.kedro_ext import locks
from standin.kedro_ext.incremental import Plan, plan, runner
from standin.kedro_ext.mlflow.hooks import SECONDS
from standin.settings import RULES
from tests.conftest import run


@pytest.fixture(scope="module")
def copied(finished: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished runs in a folder of their own."""
    return shutil.copytree(finished["digits"], tmp_path_factory.mktemp("again"), dirs_exist_ok=True)


@pytest.fixture
def again(copied: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(copied)
    bootstrap_project(copied)
    yield copied


def planned(**params: object) -> Plan:
    """What `kedro run --env=test --params=…` of digits would do."""
    with stored_results("test", {"digits": params}) as catalog:
        return plan(pipelines["digits"], catalog, RULES)


def runs_of(folder: Path, data_set: str = "digits") -> list[Run]:
    client = mlflow.MlflowClient(f"sqlite:///{folder}/data/test_mlflow.db")
    found = client.search_runs([client.get_experiment_by_name("standin").experiment_id])
    return [r for r in found if r.info.run_name.partition(".")[0] == data_set]


def artifacts(client: mlflow.MlflowClient, run: Run, folder: str | None = None) -> list[str]:
    """All paths of a run's artifacts."""
    found = client.list_artifacts(run.info.run_id, folder)
    return [path for each in found for path in (artifacts(client, run, each.path) if each.is_dir else [each.path])]


def metrics_of(run: Run) -> dict[str, float]:
    """Without those of the machine, which MLflow samples every ten seconds, and without the time that nodes took."""
    metrics = run.data.metrics.items()
    return {name: value for name, value in metrics if not name.startswith("system/") and name != SECONDS}


def test_a_second_run_makes_nothing_and_records_everything(again: Path, caplog: pytest.LogCaptureFixture) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{again}/data/test_mlflow.db")
    before = {r.info.run_id: r for r in runs_of(again)}
    models = {file: file.stat().st_mtime_ns for file in (again / "data/test").rglob("*.keras")}
    with caplog.at_level(logging.INFO, "standin"):
        run(again, "digits")
    assert "nodes are up to date. Use --force to rerun them." in caplog.text
    assert models == {file: file.stat().st_mtime_ns for file in (again / "data/test").rglob("*.keras")}
    repeated = [r for r in runs_of(again) if r.info.run_id not in before]
    assert {r.info.run_name for r in repeated} == {r.info.run_name for r in before.values()}
    for each in repeated:
        first = next(r for r in before.values() if r.info.run_name == each.info.run_name)
        assert metrics_of(each) == metrics_of(first)
        assert each.data.params == first.data.params
        assert artifacts(client, each) == artifacts(client, first)
        assert each.info.status == "FINISHED"
        done, _, whole, _ = each.data.tags["reused"].split()
        assert done == whole != "0" and first.data.tags["reused"].startswith("0 of ")


def test_a_run_is_planned_once_while_it_holds_its_locks(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    for module, name in ((locks, "exclusive_run"), (runner, "plan")):
        original = getattr(module, name)

        def noted(*arguments: Any, name: str = name, original: Any = original) -> Any:
            called.append(name)
            return original(*arguments)

        monkeypatch.setattr(module, name, noted)
    run(again, "digits")
    assert called == ["exclusive_run", "plan"]


def test_a_parameter_of_one_experiment_re_runs_that_and_what_follows(again: Path) -> None:
    assert planned().reasons == {}
    found = planned(generative_models={"vae": {"training": {"epochs": 3}}})
    (trigger,) = found.reasons["digits.vae.train_generative_model"]
    assert str(trigger) == "digits.generative_models.vae.training.epochs changed: 2 -> 3"
    others = [node.name for node in found.up_to_date]
    for kept in (
        "digits.ingest",
        "digits.train_pseudo_labeler",
        "digits.train_real",
        "digits.gan.train_generative_model",
    ):
        assert kept in others
    running = {name.rpartition(".")[0] for name in found.reasons}
    assert running == {"digits.vae", "digits.vae.sample_quality", "digits"}
    assert {name for name in found.reasons if "train" in name and name.count(".") == 1} <= {
        "digits.train_second_on_real"
    }


def test_where_a_model_is_used_does_not_retrain_it(again: Path) -> None:
    found = planned(generative_models={"vae": {"training": {"checkpoint_every": 2}}})
    assert [name for name in found.reasons if ".train_" in name or ".sample_" in name] == []


def test_margins_are_applied_without_training(again: Path) -> None:
    """But of the second network, which is trained only where they allow a yes."""
    found = planned(verdict={"replace_margin": 2.0})
    assert "digits.compute_verdict" in found.reasons
    trained = [name for name in found.reasons if ".train_" in name or ".sample_" in name]
    assert trained and all(name.endswith(("train_second_classifier", "train_second_on_real")) for name in trained)


def test_manual_labels_retrain_what_uses_them(again: Path) -> None:
    file = again / "data/test/01_raw/manual_labels/digits.gan.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("sample_id,label\n0,3\n")
    found = planned()
    (first,) = next(iter(found.reasons.values()))
    assert str(first) == "digits.gan.manual_labels changed"
    assert "digits.gan.train_generative_model" not in found.reasons and "digits.gan.train_synthetic" in found.reasons
    file.unlink()
    assert planned().reasons == {}


def test_a_failed_training_ends_its_experiment_alone(again: Path) -> None:
    parameters = again / "conf/test/parameters.yml"
    before, cifar, after = parameters.read_text().partition("\ncifar:")
    second_model = after.replace("class_mixture: {enabled: false}", "class_mixture: {components: 2, rank: 8}", 1)
    parameters.write_text(before + cifar + second_model)
    assert CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=cifar"]).exit_code == 0
    table = again / "data/test/08_reporting/cifar/accuracy.csv"
    complete = table.read_bytes()
    rate = "cifar.generative_models.dcgan.discriminator_learning_rate=1e30"
    for _ in range(2):  # the second time, comparisons are up to date and recorded all the same
        done = CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=cifar", f"--params={rate}"])
        assert done.exit_code == 1
    first, second = [r.data for r in runs_of(again, "cifar") if r.info.run_name == "cifar"][1::-1]
    assert first.metrics == second.metrics != {} and first.params == second.params
    assert "Error: 1 training run failed; everything that does not depend on it finished: cifar.dcgan.t" in done.output
    assert "in epoch 1: try a lower learning rate). The verdict and the report of cifar leave out" in done.output
    last = {r.info.run_name: r.info.status for r in reversed(runs_of(again, "cifar"))}  # the newest comes last
    assert last == {
        "cifar": "FAILED",
        "cifar.dcgan": "FAILED",
        "cifar.class_mixture": "FINISHED",
    }
    tagged = [r.data.tags for r in runs_of(again, "cifar") if r.info.run_name == "cifar.dcgan"]
    failed = [("failed" in tags and "in epoch 1" in tags["failed"]) for tags in tagged]
    assert failed[:2] == [True, True] and failed[2:] and not any(failed[2:])
    assert table.read_bytes() != complete
    left = pd.read_csv(table)
    assert set(left["generative_model"].dropna()) == {"class_mixture"}
    report = (table.parent / "report.html").read_text()
    assert "<strong>dcgan</strong> is left out: train_generative_model failed (" in report
    assert "in epoch 1: try a lower learning rate)." in report and "cifar: accuracy on real test images" in done.output
    assert "<strong>dcgan</strong> is left out" in (table.parents[1] / "report.html").read_text()
    for page in (table.parent / "report.html", table.parents[1] / "report.html"):
        told = page.read_text()
        page.unlink()
        built = CliRunner().invoke(cli, ["report", "--env=test", "--pipelines=cifar", f"--params={rate}"])
        assert built.exit_code == 0 and page.read_text() == told, built.output
    done = CliRunner().invoke(cli, ["export", "--env=test", "--experiment=cifar.dcgan"])
    assert done.exit_code == 1 and "cifar.dcgan is not in the verdict of cifar: train_gen" in done.output
    # With the old rate the old model is up to date: only comparisons run, and the old table comes back.
    done = CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=cifar"])
    assert done.exit_code == 0, done.output
    assert table.read_bytes() == complete


def test_force_runs_everything(again: Path) -> None:
    report = again / "data/test/08_reporting/digits/report.html"
    before = report.stat().st_mtime_ns
    arguments = ["run", "--env=test", "--pipelines=digits", "--from-nodes=digits.build_report"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.output
    assert report.stat().st_mtime_ns == before
    done = CliRunner().invoke(cli, [*arguments, "--force"])
    assert done.exit_code == 0, done.output
    assert report.stat().st_mtime_ns > before
