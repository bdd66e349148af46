"""What the project's commands share."""

import functools
from collections.abc import Iterator
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
from standin.kedro_ext.session import FORCE
from standin.pipelines.build import experiments

UNKNOWN_PIPELINE = "Failed to find the pipeline named "  # how Kedro's message begins
GIVEN = "standin.params"  # what --params was given, as it was written
env_option = click.option("--env", "-e", default=None, help="configuration environment, as for kedro run")


def split_params(context: click.Context, parameter: click.Parameter, value: Any) -> dict[str, Any]:
    """`a.b=3,c=[1,2]` -> {"a": {"b": 3}, "c": [1, 2]}: as Kedro reads it, and lists besides, which Kedro cuts apart."""
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
    help="what the run was given by --params, such as mnist.withheld_subset.class=7",
)


def _set_force(context: click.Context, parameter: click.Parameter, value: bool) -> None:
    context.meta[FORCE] = value


force_option = click.Option(
    ["--fresh"], is_flag=True, expose_value=False, callback=_set_force, help="Run all nodes, reusing no result."
)


def friendly_errors(command: click.Command) -> click.Command:
    """`command`, which ends on an error that a person can put right with a sentence and exit status 1."""
    original = command.callback
    assert original is not None

    @functools.wraps(original)
    def callback(*args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        except Exception as error:
            sentence = _unknown_data_set(error) or user_message(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    command.callback = callback
    return command


def _unknown_data_set(error: Exception) -> str | None:
    if not (isinstance(error, ValueError) and str(error).startswith(UNKNOWN_PIPELINE)):
        return None
    there_are = ", ".join(name for name, entry in loader.data_sets().items() if "part_of" not in entry)
    named = str(error).removeprefix(UNKNOWN_PIPELINE).partition(".")[0]
    return f"there is no data set {named}; there are: {there_are}"


@contextmanager
def stored_results(env: str | None, params: dict[str, Any] | None = None) -> Iterator[Any]:
    """The catalog of the project, for commands that look at results without a run.

    Args:
        env: environment of the configuration that the run had.
        params: what the run was given by `--params`.
    """
    from kedro.framework.session import KedroSession

    with KedroSession.create(project_path=loader.project_root(), env=env, runtime_params=params) as session:
        yield session.load_context().catalog


def known_experiments() -> dict[str, tuple[str, str, int]]:
    """Experiment, such as `mnist.gan` -> its data set, generative model and generator seed."""
    return {
        f"{data_set}.{name}": (data_set, model, seed)
        for data_set, entry in loader.data_sets().items()
        if "sizes" not in entry
        for name, model, seed in experiments(entry)
    }


def results_of(catalog: Any, experiment: str) -> Path:
    """The folder of an experiment's results that are to be looked at."""
    data_set, _, name = experiment.partition(".")
    return Path(catalog[f"{data_set}.report"]._filepath).parent / name


def check_experiment(experiment: str) -> None:
    """
    Raises:
        InputError: if there is no such experiment.
    """
    known = known_experiments()
    if experiment not in known:
        raise InputError(f"there is no experiment {experiment!r}; there are: {', '.join(known)}")


def pipeline_of(data_set: str) -> str:
    """The pipeline that a data set's results come from: a learning curve's, for one of its sizes."""
    return str(loader.data_sets()[data_set].get("part_of", data_set))
