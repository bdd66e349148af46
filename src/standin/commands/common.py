"""Options, errors and look-ups that the commands share."""

import functools
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from kedro.utils import find_kedro_project
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from standin.config import loader
from standin.config.renamed import RENAMED_DATA_SETS
from standin.core.error_messages import user_message
from standin.core.errors import InputError
from standin.core.quiet import only_own_messages
from standin.core.validation import did_you_mean
from standin.experiments.ids import ExperimentId, data_set_of, experiments
from standin.kedro_ext.compat import DATABASE_ERRORS, UNKNOWN_PIPELINE, local_path
from standin.kedro_ext.session import FORCE

HIDDEN = ("base", "local")
"""Environments that are always read."""
INTERRUPTED = 130
"""Exit status after Ctrl-C: 128 and the number of the signal."""
PARAMS_TEXT = "standin.params"
"""Key of click's context with the text of --params."""


def known_environment(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The given environment, if the project's configuration has it."""
    conf = (find_kedro_project(Path.cwd()) or Path.cwd()) / "conf"
    if value is None or (conf / value).is_dir() or not conf.is_dir() or context.params.get("conf_source"):
        return value
    known = sorted(folder.name for folder in conf.iterdir() if folder.is_dir() and folder.name not in HIDDEN)
    raise click.BadParameter(f"no environment {value!r} in {conf}{did_you_mean(value, known)}", context, parameter)


env_option = click.option(
    "--env", "-e", default=None, callback=known_environment, help="configuration environment, as in kedro run"
)


def split_params(context: click.Context, parameter: click.Parameter, value: Any) -> dict[str, Any]:
    """`a.b=3,c=[1,2]` -> {"a": {"b": 3}, "c": [1, 2]}, as Kedro does, but without splitting lists at their commas."""
    if isinstance(value, dict):
        return value
    context.meta[PARAMS_TEXT] = value
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


PARAMS_HELP = "--params of the run, such as mnist.withheld_subset.class=7"
params_option = click.option("--params", default="", callback=split_params, help=PARAMS_HELP)


force_option = click.Option(
    ["--force"],
    is_flag=True,
    expose_value=False,
    callback=lambda context, _, value: context.meta.update({FORCE: value}),
    help="Run all nodes, up to date or not.",
)


verbose_option = click.Option(
    ["--verbose", "-v"],
    is_flag=True,
    expose_value=False,
    callback=lambda _context, _parameter, value: logging.getLogger("standin").setLevel("DEBUG" if value else "INFO"),
    help="Log the losses of each epoch.",
)


def friendly_errors(command: click.Command) -> click.Command:
    """Makes `command` print one sentence and exit with status 1 on an error that the user can correct, and exit with
    the usual status on Ctrl-C."""
    original = command.callback
    assert original is not None

    @functools.wraps(original)
    def callback(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except Exception as error:
            sentence = _unknown_name(error) or user_message(error, DATABASE_ERRORS)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    command.callback = callback
    return command


def _unknown_name(error: Exception) -> str | None:
    """The sentence on a pipeline that Kedro does not find; None for other errors."""
    if not (isinstance(error, ValueError) and str(error).startswith(UNKNOWN_PIPELINE)):
        return None
    name = data_set_of(str(error).removeprefix(UNKNOWN_PIPELINE)).strip("'")
    if name in RENAMED_DATA_SETS:
        return f"data set {name} was renamed to {RENAMED_DATA_SETS[name]}"
    return f"no pipeline {name!r}{did_you_mean(name, known_pipelines())}"


@contextmanager
def stored_results(env: str | None, params: dict[str, Any] | None = None) -> Iterator[Any]:
    """The project's catalog, for commands that use the stored results of a run with these `env` and `params`."""
    from kedro.framework.session import KedroSession

    with KedroSession.create(project_path=loader.project_root(), env=env, runtime_params=params) as session:
        yield session.load_context().catalog


def start_backend() -> None:
    """Imports Keras and its backend, whose start-up messages are not shown; for commands that load networks."""
    with only_own_messages():
        import_module("keras")


def project_rules() -> Any:
    """The rules for incremental runs in the project's `settings.py`."""
    from kedro.framework.project import settings

    return settings.SESSION_CLASS.rules


def known_pipelines() -> list[str]:
    """The names of all pipelines: one per data set, but none for single sizes of a learning curve."""
    return [plan.name for plan in loader.plans().values() if not plan.part_of]


def requested_pipelines(names: str | None) -> list[str]:
    """The pipelines in a comma-separated option, or all without it.

    Raises:
        InputError: if a pipeline does not exist.
    """
    known = known_pipelines()
    requested = names.split(",") if names else known
    for name in requested:
        if name not in known:
            raise InputError(f"no pipeline {name!r}{did_you_mean(name, known)}")
    return requested


def find_experiment(name: str) -> ExperimentId:
    """The experiment of that name, such as `mnist.gan`.

    Raises:
        InputError: if the configuration does not have it.
    """
    plans = [plan for plan in loader.plans().values() if not plan.sizes]
    known = {str(experiment): experiment for plan in plans for experiment in experiments(plan.name, plan.entry)}
    if name not in known:
        same_model = [other for other in known if other.endswith(f".{name}")]
        hint = f"; did you mean one of {', '.join(same_model)}?" if same_model else did_you_mean(name, known)
        raise InputError(f"no experiment {name!r}{hint}")
    return known[name]


def results_of(catalog: Any, experiment: ExperimentId) -> Path:
    """The folder of an experiment's reports."""
    report = local_path(catalog[f"{experiment.data_set}.report"])
    assert report is not None
    return report.parent / experiment.name


def run_command(name: str) -> str:
    """The command that computes the results of a data set (or size of a learning curve) or an experiment."""
    return f"kedro run --pipelines={loader.plans()[data_set_of(name)].pipeline}"
