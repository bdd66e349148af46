"""`standin judge`: the verdict on folders of images, from any folder, without a project."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from standin import __version__
from standin.api.terminal import Progress
from standin.config.record import remember_command
from standin.core.errors import InputError
from standin.core.quiet import only_own_messages

if TYPE_CHECKING:
    from standin.verdict.schema import Verdict


class Failed(click.ClickException):
    """There is no answer. Distinct from status 1, an answer that is not yes."""

    exit_code = 2


@click.group()
@click.version_option(__version__, prog_name="standin")
def main() -> None:
    """Can generated images stand in for real training data?"""


@main.command()
@click.option("--real", required=True, type=click.Path(), help="real images: a folder with one folder per class")
@click.option("--generated", required=True, multiple=True, type=click.Path(), help="generated images; may be repeated")
@click.option("--test", default=None, type=click.Path(), help="real test images; otherwise some of --real")
@click.option("--report", default="standin_report.html", show_default=True, type=click.Path(path_type=Path))
@click.option("--seeds", default=3, show_default=True, type=click.IntRange(min=1), help="classifiers of each kind")
@click.option("--side", default=None, type=click.IntRange(min=8), help="pixels per side to which images are resized")
@click.option("--made-from", default="unknown", show_default=True, help="train, unknown, or the generator's images")
@click.option("--quick", is_flag=True, help="a rough answer in about a fifth of the time")
@click.option(
    "--fail-under",
    type=click.Choice(["replace", "extend"]),
    default=None,
    help="exit with status 1 unless the answer to this question is yes for every generator",
)
def judge(
    real: str,
    generated: tuple[str, ...],
    test: str | None,
    report: Path,
    seeds: int,
    side: int | None,
    made_from: str,
    quick: bool,
    fail_under: str | None,
) -> None:
    """Compares generated images with real ones as training data, prints the verdict and writes a report.

    Exit status: 0; 1, with --fail-under, if an answer is not yes; 2 if there is no answer, because of wrong input.
    """
    remember_command()
    explicit = click.get_current_context().get_parameter_source("seeds") is not ParameterSource.DEFAULT
    if quick and explicit:
        raise click.UsageError("--quick trains one classifier of each kind: leave out --seeds or --quick")
    if twice := [path for path in generated if generated.count(path) > 1]:
        raise click.UsageError(f"--generated: {twice[0]} is given twice")
    sets = {_name(path, generated): path for path in generated}
    try:
        _check_writable(report)
        with only_own_messages() as messages, Progress(messages) as progress:
            from standin.api.compare import compare

            progress.say("reading the images")
            options: dict[str, Any] = {"seeds": seeds, "quick": quick, "side": side, "made_from": made_from}
            result = compare(real, sets, test, **options, progress=progress.show)
        result.to_html(report)
    except InputError as error:
        raise Failed(str(error)) from None
    click.echo(f"{result}\n")
    renamed = [f"{name} is {path}." for name, path in sets.items() if name[-1].isdigit() and name != Path(path).stem]
    for note in [*renamed, *result.notes]:
        click.echo(click.wrap_text(f"Note: {note}", 100))
    click.echo(f"Report: {report.absolute()}")
    if fail_under and (missed := missing(result.verdict, fail_under)):
        raise click.exceptions.Exit(_say_missing(fail_under, missed))


def missing(verdict: "Verdict", question: str) -> list[str]:
    """The generators whose answer to this question is not yes."""
    answers = {name: model.by_question.get(question) for name, model in verdict.generative_models.items()}
    return [name for name, answer in answers.items() if answer is None or answer.answer != "yes"]


def _say_missing(question: str, names: list[str]) -> int:
    click.echo(f"--fail-under {question}: the answer is not yes for {', '.join(names)}", err=True)
    return 1


def _name(path: str, every: tuple[str, ...]) -> str:
    """The name of a set in the report: that of its folder or file, in the form of a configuration's names."""
    stem = Path(path).resolve().stem
    name = "".join(character if character.isalnum() else "_" for character in stem.lower()).strip("_")
    name = name if name[:1].isalpha() else f"set_{name}"
    same = [other for other in every if Path(other).resolve().stem == stem]
    return name if len(same) == 1 else f"{name}_{same.index(path)}"


def _check_writable(report: Path) -> None:
    if not report.absolute().parent.is_dir():
        raise InputError(f"--report: the folder {report.absolute().parent} does not exist")
    if report.is_dir():
        raise InputError(f"--report must be a file, got the folder {report}")
    if not os.access(report if report.exists() else report.absolute().parent, os.W_OK):
        raise InputError(f"--report: {report} cannot be written")
