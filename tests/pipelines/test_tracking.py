"""What a run records in MLflow: names, tags and metrics."""

import pytest

from standin.pipelines.tracking import describe_whole_verdict, options_of, verdict_metric
from tests.verdict.examples import full_verdict


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("kedro run", []),
        ("kedro run --pipelines=mnist --env=seeds --force", ["env=seeds"]),
        (
            "kedro run -e test --params mnist.label_budget=500,mnist.classifier_seeds=[0,1] --tags train -v",
            ["env=test", "mnist.label_budget=500,mnist.classifier_seeds=[0,1]"],
        ),
        ("pytest -n 2 --env=test", []),
        ("", []),
    ],
)
def test_the_name_of_a_run_says_what_its_command_sets(command: str, options: list[str]) -> None:
    assert options_of(command) == options


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("replace.pp", "verdict/replace_points"),
        ("synthetic.vs_real.low", "verdict/synthetic_vs_real_low"),
        ("convergence.gain_of_double_pp", "verdict/convergence_gain_of_double_pp"),
    ],
)
def test_metrics_of_the_verdict_are_one_group(name: str, metric: str) -> None:
    assert verdict_metric(name) == metric


def test_a_run_states_all_answers() -> None:
    metrics, tags, _ = describe_whole_verdict(full_verdict())
    assert metrics["verdict/gan_replace_points"] == -6
    assert tags["verdict"] == "gan: replace no; gan: extend yes, for these trainings"
    assert tags["description"] == "**gan**: Replace: no. Extend: yes."
