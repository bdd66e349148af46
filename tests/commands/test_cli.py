"""The command line: output and errors."""

import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from kedro.framework.startup import bootstrap_project

from standin.cli import cli
from standin.commands.common import split_params


def test_bad_input_is_one_sentence_without_a_traceback(project: Path) -> None:
    bootstrap_project(project)
    params = "--params=digits.generator_seeds=[0,1],digits.label_budget=2000"
    done = CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=digits", params])
    assert done.exit_code == 1
    assert (
        "Error: label_budget must be between 20 (two images per class) and 931 (all training images but one; null "
        "means all 932), got 2000" in done.output
    )
    assert "Traceback" not in done.output


def test_the_kedro_command_shows_no_traceback(project: Path) -> None:
    command = [Path(sys.executable).with_name("kedro"), "run", "--env=test", "--pipelines=mnits"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Error: no pipeline 'mnits'; did you mean mnist?" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("runner", "message"),
    [
        (["--runner=ThreadRunner"], "--runner must not be ThreadRunner: threads share random seeds"),
        (["--runner=ParallelRunner"], "--runner must not be ParallelRunner: threads share random seeds"),
        (
            ["--runner=standin.kedro_ext.dask.DaskRunner", "--runner-params=worker=2"],
            "--runner-params must be address or workers, got worker",
        ),
    ],
)
def test_an_unsupported_runner_is_refused_before_any_node_runs(project: Path, runner: list[str], message: str) -> None:
    bootstrap_project(project)
    done = CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=cifar", *runner])
    assert done.exit_code == 1 and f"Error: {message}" in done.output, done.output
    assert not (project / "data/test").exists()


def test_parameters_may_be_lists() -> None:
    given = "a.b=3, c=[1,2],d=[[0.1, 8],[x]],e=null,f={g: [1,2],h: 1e-3}"
    nested = {"a": {"b": 3}, "c": [1, 2], "d": [[0.1, 8], ["x"]], "e": None, "f": {"g": [1, 2], "h": 0.001}}
    context, option = click.Context(cli), click.Option(["--params"])
    assert split_params(context, option, given) == nested
    assert split_params(context, option, "") == {}
    for wrong in ("a,b=3", "=3", "a.b=[1,2"):
        with pytest.raises(click.BadParameter, match=r"must be key=value|cannot be read"):
            split_params(context, option, wrong)


@pytest.mark.parametrize("option", ["--pipeline=mnits", "--pipelines=mnits"])
def test_an_unknown_pipeline_names_the_closest(project: Path, option: str) -> None:
    bootstrap_project(project)
    done = CliRunner().invoke(cli, ["run", "--env=test", option])
    assert done.exit_code == 1
    assert "Error: no pipeline 'mnits'; did you mean mnist?" in done.output


def test_a_run_ends_with_the_table_and_the_path_of_the_report(
    finished: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = finished["cifar"]
    monkeypatch.chdir(folder)
    bootstrap_project(folder)
    done = CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=cifar", "--from-nodes=cifar.tabulate"])
    assert done.exit_code == 0, done.output
    _, _, table = done.output.partition("cifar: accuracy on real test images")
    rows = [line.split("  ")[0] for line in table.splitlines() if " to " in line]
    assert sorted(rows) == ["dcgan: generated images only", "real images"]
    assert f"Report: {folder}/data/test/08_reporting/cifar/report.html" in done.output


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("--namespaces=digits.gann", "no namespace 'digits.gann'; did you mean digits.gan?"),
        ("--tags=trian", "no tag 'trian'; did you mean train?"),
        ("--to-outputs=digits.verdit", "no catalog entry 'digits.verdit'; did you mean digits.verdict?"),
        ("--env=tset", "; did you mean test?"),
    ],
)
def test_an_unknown_name_is_answered_with_the_closest(project: Path, option: str, sentence: str) -> None:
    bootstrap_project(project)
    done = CliRunner().invoke(cli, ["run", "--env=test", "--pipelines=digits", option])
    assert done.exit_code in (1, 2) and sentence in done.output
    assert "Traceback" not in done.output


def test_the_help_lists_data_sets_and_what_is_supported(project: Path) -> None:
    bootstrap_project(project)
    text = " ".join(CliRunner().invoke(cli, ["run", "--help"]).output.split())
    assert "Data sets: cifar, color_mnist, digits" in text
    assert "DaskRunner" in text and "ThreadRunner" not in text and "--async" not in text


def test_an_unknown_node_is_answered_with_the_closest(project: Path) -> None:
    bootstrap_project(project)
    for option in ("--nodes", "--from-nodes"):
        done = CliRunner().invoke(
            cli, ["run", "--env=test", "--pipelines=digits", f"{option}=digits.gan.trian_synthetic"]
        )
        assert done.exit_code == 1
        assert "Error: no node 'digits.gan.trian_synthetic'; did you mean digits.gan.train_synthetic?" in done.output


def test_a_plan_runs_nothing_and_imports_no_backend(project: Path) -> None:
    program = (
        "import sys; sys.argv = ['kedro', 'plan', '--pipelines=digits', '--env=test']\n"
        "from kedro.framework.cli.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({n.partition('.')[0] for n in sys.modules} & {'tensorflow', 'keras', 'jax', 'sklearn'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=project, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[-1] == "[]"
    assert any(line.startswith("Running all ") and "digits.ingest (no results yet)" in line for line in lines)
    assert "  digits.gan.train_generative_model: downstream" in lines
    assert not (project / "data/test").exists()


def test_a_plan_explains_one_node(project: Path) -> None:
    bootstrap_project(project)
    done = CliRunner().invoke(cli, ["plan", "--env=test", "--explain=digits.ingest"])
    assert done.output.endswith("digits.ingest is out of date:\n  no results yet\n")
    done = CliRunner().invoke(cli, ["plan", "--env=test", "--explain=digits.gan.trian_generative_model"])
    assert done.exit_code == 1
    assert "no node 'digits.gan.trian_generative_model'; did you mean digits.gan.train_gen" in done.output
    done = CliRunner().invoke(cli, ["plan", "--env=test", "--pipelines=digist"])
    assert done.exit_code == 1 and "no pipeline 'digist'; did you mean digits" in done.output
