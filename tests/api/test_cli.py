"""`standin judge`, with a comparison that trains nothing."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from standin.api import compare as module
from standin.api.cli import main
from standin.core.quiet import only_own_messages


class Given:
    """A comparison that reports one training and gives the answers it is made with."""

    def __init__(self, **answers: str) -> None:
        self.answers, self.arguments, self.notes = answers, {}, ("a note",)  # type: ignore[var-annotated]

    def __call__(self, real: Any, generated: Any, test: Any, **options: Any) -> "Given":
        self.arguments = {"real": real, "generated": generated, "test": test, **options}
        options["progress"]("the oracle", 0.25, 200.0)
        options["progress"]("the oracle, step 5 of 10", 0.3, 180.0)
        os.write(2, b"a message of another library\n")
        return self

    @property
    def verdict(self) -> Any:
        models = {
            name: SimpleNamespace(by_question={"replace": SimpleNamespace(answer=answer)})
            for name, answer in self.answers.items()
        }
        return SimpleNamespace(generative_models=models)

    def to_html(self, path: Path) -> None:
        path.write_text("a report")

    def __str__(self) -> str:
        return "the verdict"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("real/cat", "real/dog", "GAN 2"):
        (tmp_path / name).mkdir(parents=True)
        for i in range(2):
            image = np.full((8, 8), i, np.uint8)
            Image.fromarray(image).save(tmp_path / name / f"{i}.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judge(*options: str, real: str = "real", generated: str = "GAN 2") -> Result:
    return CliRunner().invoke(main, ["judge", "--real", real, "--generated", generated, *options])


@pytest.mark.parametrize(
    ("answer", "options", "status"),
    [
        ("no", (), 0),
        ("undecided", (), 0),
        ("yes", ("--fail-under", "replace"), 0),
        ("undecided", ("--fail-under", "replace"), 1),
        ("no", ("--fail-under", "replace"), 1),
        ("yes", ("--fail-under", "extend"), 1),
    ],
)
def test_the_exit_status_depends_on_the_answer_only_on_request(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, options: tuple[str, ...], status: int
) -> None:
    monkeypatch.setattr(module, "compare", Given(gan_2=answer))
    result = judge(*options)
    assert result.exit_code == status
    assert "the verdict" in result.output and "Note: a note" in result.output
    assert (folder / "standin_report.html").read_text() == "a report"
    assert ("the answer is not yes for gan_2" in result.stderr) == bool(status)


def test_sets_are_named_by_their_folders(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = Given(gan_2="yes")
    monkeypatch.setattr(module, "compare", given)
    for name in ("a/0", "b/0"):
        (folder / name).mkdir(parents=True)
    judge("--generated", "a/0", "--generated", "b/0", "--generated", "real/../images.npz", "--quick")
    assert given.arguments["generated"] == {
        "gan_2": "GAN 2",
        "set_0_0": "a/0",
        "set_0_1": "b/0",
        "images": "real/../images.npz",
    }
    assert given.arguments["quick"] and given.arguments["made_from"] == "unknown"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--quick", "--seeds", "5"), "--quick trains one classifier of each kind: leave out --seeds or --quick"),
        (("--generated", "GAN 2"), "--generated: GAN 2 is given twice"),
    ],
)
def test_options_that_contradict_are_refused(folder: Path, options: tuple[str, ...], sentence: str) -> None:
    result = judge(*options)
    assert result.exit_code == 2
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"real": "reel"}, "Error: real: reel does not exist; did you mean real?\n"),
        ({"generated": "GAN 3"}, "Error: generated images gan_3: GAN 3 does not exist; did you mean GAN 2?\n"),
        ({"real": "GAN 2"}, "Error: "),
    ],
)
def test_wrong_folders_are_reported_in_one_sentence(folder: Path, arguments: dict[str, str], sentence: str) -> None:
    result = judge("--quick", **arguments)
    assert result.exit_code == 2  # 1 is an answer that is not yes
    assert result.stderr.startswith(sentence) and len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("report", "sentence"), [("nowhere/report.html", "nowhere does not exist"), ("real", "must be a file")]
)
def test_a_report_that_cannot_be_written_is_noticed_first(
    folder: Path, monkeypatch: pytest.MonkeyPatch, report: str, sentence: str
) -> None:
    given = Given()
    monkeypatch.setattr(module, "compare", given)
    result = judge("--report", report)
    assert result.exit_code == 2 and sentence in result.stderr
    assert not given.arguments


def test_messages_of_other_libraries_are_not_shown(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "compare", Given(gan_2="no"))
    assert judge().exit_code == 0
    assert capfd.readouterr().err == "reading the images\n[ 25%] training: the oracle, about 3 min left\n"


def test_messages_of_other_libraries_are_shown_after_an_unexpected_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), only_own_messages():
        os.write(2, b"the reason\n")
        _ = 1 / 0
    assert capfd.readouterr().err == "the reason\n"
