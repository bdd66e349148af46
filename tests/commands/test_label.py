"""`kedro label`: export for a person, and import into the pipeline."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from standin.cli import cli
from tests.conftest import run


def label(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["label", *arguments, "--env=test"])


def test_imported_labels_are_used_by_the_next_run(finished_digits: Path, tmp_path: Path) -> None:
    done = label("export", "--experiment", "digits.gan", "--images", "12", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "contact_sheet.html").read_text().count('<img src="data:image/png;base64,') == 12
    table = pd.read_csv(tmp_path / "labels.csv", dtype=str)
    assert table["number"].tolist() == [str(i) for i in range(1, 13)]
    table.assign(label=["7"] * 10 + ["", ""]).to_csv(tmp_path / "labels.csv", index=False)
    again = label("export", "--experiment", "digits.gan", "--out", str(tmp_path))
    assert again.exit_code == 1 and "labels.csv already exists" in again.output

    done = label("import", str(tmp_path / "labels.csv"))
    assert done.exit_code == 0, done.output
    assert re.search(
        r"Stored 10 labels of digits.gan. The pseudo-labeler agrees with \d+ of them \(\d+%; by class: 7 "
        r"\d+%\). To use them",
        done.output,
    )
    assert "kedro run --pipelines=digits --env=test" in done.output
    kept = finished_digits / "data/test/01_raw/manual_labels/digits.gan.csv"
    with kept.open("a") as file:
        file.write("3-00000000,1\n")  # of an earlier training
    table.assign(label=["", "3"] + ["", ""] * 4 + ["7", ""]).to_csv(tmp_path / "more.csv", index=False)
    more = label("import", str(tmp_path / "more.csv"))
    added = "in addition to 10 imported before (1 of them unused: their images no longer exist)"
    assert f"Stored 2 labels of digits.gan {added}" in more.output, more.output
    assert pd.read_csv(kept, dtype=str)["label"].tolist() == ["7"] * 9 + ["1", "3", "7"]
    nodes = ["label_synthetic", "train_synthetic", "evaluate"]
    run(finished_digits, "digits", node_names=[f"digits.gan.{node}" for node in nodes])
    report = json.loads((finished_digits / "data/test/08_reporting/digits/gan/labels.json").read_text())
    scores = pd.read_csv(finished_digits / "data/test/07_model_output/digits.gan/scores.csv").set_index("arm")
    kept.unlink()
    assert scores.loc["synthetic", ["n_manual_labels", "label_source"]].tolist() == [11, "manual and pseudo-labeler"]
    assert (report["label_source"], report["manual_labels"]) == ("manual and pseudo-labeler", 11)
    assert report["class_histogram_kept"][7] >= 10


@pytest.mark.parametrize(
    ("experiment", "message"),
    [
        ("digits.gna", "no experiment 'digits.gna'; did you mean digits.gan?"),
        ("digits.class_mixture", "digits.class_mixture is conditional: its images are already labeled"),
    ],
)
def test_an_experiment_that_cannot_be_labeled_is_named(finished_digits: Path, experiment: str, message: str) -> None:
    done = label("export", "--experiment", experiment)
    assert done.exit_code == 1
    assert message in done.output and "Traceback" not in done.output


def test_a_page_and_tasks_to_label_are_written(finished_digits: Path, tmp_path: Path) -> None:
    chosen = ["--experiment", "digits.gan", "--images", "5", "--out", str(tmp_path)]
    done = label("open", "--no-browser", *chosen)
    assert done.exit_code == 0 and f"{tmp_path}/label.html" in done.output
    page = (tmp_path / "label.html").read_text()
    assert page.count("data:image/png;base64,") == 5 and '"predicted": [' in page
    done = label("export", "--format=label-studio", *chosen)
    assert done.exit_code == 0, done.output
    tasks = json.loads((tmp_path / "tasks.json").read_text())
    assert [task["data"]["number"] for task in tasks] == [1, 2, 3, 4, 5]
    tasks[1]["annotations"] = [{"result": [{"type": "choices", "value": {"choices": ["eight"]}}]}]
    (tmp_path / "project.json").write_text(json.dumps(tasks))
    done = label("import", str(tmp_path / "project.json"))
    assert done.exit_code == 1 and "project.json, line 2: label must be one of 0, 1, 2" in done.output


def test_a_wrong_label_is_named_with_its_line(finished_digits: Path, tmp_path: Path) -> None:
    label("export", "--experiment", "digits.gan", "--images", "3", "--out", str(tmp_path))
    table = pd.read_csv(tmp_path / "labels.csv", dtype=str)
    table.assign(label=["1", "one", ""]).to_csv(tmp_path / "labels.csv", index=False)
    done = label("import", str(tmp_path / "labels.csv"))
    assert done.exit_code == 1
    assert "labels.csv, line 3: label must be one of 0, 1, 2" in done.output
