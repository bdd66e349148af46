"""What the project's commands share."""

import difflib
import functools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from standin.config import loader
from standin.core.error_messages import user_message
from standin.core.errors import InputError
from standin.kedro_ext.compat import DATABASE_ERRORS, UNKNOWN_PIPELINE, local_path
from standin.kedro_ext.session import FORCE
from standin.pipelines.build import experiments

GIVEN = "standin.params"
"""Key in click's context: the text of --params."""
env_option = click.option("--env", "-e", default=None, help="configuration environment, as for kedro run")


def split_params(context: click.Context, parameter: click.Parameter, value: Any) -> dict[str, Any]:
    """`a.b=3,c=[1,2]` -> {"a": {"b": 3}, "c": [1, 2]}: as Kedro reads it, but a list is not cut at its commas."""
    if isinstance(value, dict):
        return value
    context.meta[GIVEN] = value
    items, depth = [""], 0
    for character in value:
        depth += (character in "[{") - (character in "]}")
        if character == "," and depth <= 0:
            items.append("")
        else:
            items[-1] += character
    items = [item.strip() for item in items if item.strip()]
    for item in items:
        if not item.partition("=")[0].strip() or "=" not in item:
            raise click.BadParameter(f"must be key=value, separated by commas, got {item!r}", context, parameter)
    try:
        return OmegaConf.to_container(OmegaConf.from_dotlist(items))
    except (OmegaConfBaseException, YAMLError) as error:
        raise click.BadParameter(f"cannot be read: {value!r}", context, parameter) from error


params_option = click.option(
    "--params",
    default="",
    callback=split_params,
    help="the same --params as the run, such as mnist.withheld_subset.class=7",
)


def _set_force(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    context.meta[FORCE] = value


force_option = click.Option(
    ["--force"], is_flag=True, expose_value=False, callback=_set_force, help="Run all nodes, up to date or not."
)


def friendly_errors(command: click.Command) -> click.Command:
    """`command`, which ends with one sentence and exit status 1 on an error that a person can correct."""
    original = command.callback
    assert original is not None

    @functools.wraps(original)
    def callback(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except Exception as error:
            sentence = _unknown_pipeline(error) or user_message(error, DATABASE_ERRORS)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    command.callback = callback
    return command


def _unknown_pipeline(error: Exception) -> str | None:
    if not (isinstance(error, ValueError) and str(error).startswith(UNKNOWN_PIPELINE)):
        return None
    name = str(error).removeprefix(UNKNOWN_PIPELINE).partition(".")[0].strip("'")
    return unknown("pipeline", name, known_pipelines())


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """The sentence on a name that does not exist: the closest valid ones, or all where none is close."""
    known = list(known)
    close = difflib.get_close_matches(name, known, n=3)
    if close:
        return f"there is no {what} {name!r}; did you mean {' or '.join(close)}?"
    return f"there is no {what} {name!r}; available: {', '.join(known)}"


@contextmanager
def stored_results(env: str | None, params: dict[str, Any] | None = None) -> Iterator[Any]:
    """The catalog of the project, for commands that use stored results without a run.

    Args:
        env: environment of the configuration that the run had.
        params: --params of the run.
    """
    from kedro.framework.session import KedroSession

    with KedroSession.create(project_path=loader.project_root(), env=env, runtime_params=params) as session:
        yield session.load_context().catalog


def project_rules() -> Any:
    """The project's rules for incremental runs, from its `settings.py`."""
    from kedro.framework.project import settings

    return settings.SESSION_CLASS.rules


def known_pipelines() -> list[str]:
    """The names of all pipelines: one per data set, none for single sizes of a learning curve."""
    return [name for name, entry in loader.data_sets().items() if "part_of" not in entry]


def requested_pipelines(names: str | None) -> list[str]:
    """The pipelines that an option names, separated by commas; all if it is not given.

    Raises:
        InputError: there is no such pipeline.
    """
    known = known_pipelines()
    requested = names.split(",") if names else known
    for name in requested:
        if name not in known:
            raise InputError(unknown("pipeline", name, known))
    return requested


def known_experiments() -> dict[str, tuple[str, str, int]]:
    """Experiment, such as `mnist.gan` -> its data set, generative model and generator seed."""
    return {
        f"{data_set}.{name}": (data_set, model, seed)
        for data_set, entry in loader.data_sets().items()
        if "sizes" not in entry
        for name, model, seed in experiments(entry)
    }


def results_of(catalog: Any, experiment: str) -> Path:
    """The folder of an experiment's results for a reader."""
    data_set, _, name = experiment.partition(".")
    report = local_path(catalog[f"{data_set}.report"])
    assert report is not None
    return report.parent / name


def check_experiment(experiment: str) -> None:
    """
    Raises:
        InputError: if there is no such experiment.
    """
    known = known_experiments()
    if experiment not in known:
        raise InputError(unknown("experiment", experiment, known))


def pipeline_of(data_set: str) -> str:
    """The pipeline that makes a data set's results: the learning curve's, for one of its sizes."""
    return str(loader.data_sets()[data_set].get("part_of", data_set))


def run_command(data_set: str) -> str:
    """The command that makes a data set's results."""
    return f"kedro run --pipelines={pipeline_of(data_set)}"
