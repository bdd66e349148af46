"""How an output appears in MLflow, as the catalog declares it (`metadata: {mlflow: ...}`).

`artifact` is a file or a folder as it is, `table` is shown and compared by the UI, `history` is curves by epoch. A
project adds kinds of its own that turn an output into metrics and tags as well.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from standin.kedro_ext.compat import local_path
from standin.kedro_ext.mlflow.limits import chunks, log_tags, metric_name

if TYPE_CHECKING:
    from mlflow import MlflowClient


class Logged(NamedTuple):
    """What an output says in numbers and words.

    Attributes:
        metrics: name -> value; None is left out.
        tags: name -> text.
        files: name -> content, logged as JSON.
    """

    metrics: Mapping[str, float | None]
    tags: Mapping[str, str] = {}
    files: Mapping[str, Any] = {}


class Kind(NamedTuple):
    """A project's own kind.

    Attributes:
        form: the kind as which the output itself is logged.
        describe: output -> metrics and tags of the run that it belongs to.
        describe_child: (output, tags of a child run) -> metrics and tags of that run, for an output on all experiments
            of its namespace; None where it does not mention that experiment.
    """

    form: str
    describe: Callable[[Any], Logged] | None = None
    describe_child: Callable[[Any, Mapping[str, str]], Logged | None] | None = None


class Output(NamedTuple):
    """One output of a node.

    Attributes:
        run_id: the run that it belongs to.
        name: without its namespace.
        folder: what goes before its name: nothing in child runs, so that experiments compare; else the namespace.
        dataset: of the catalog.
        data: what was saved.
    """

    run_id: str
    name: str
    folder: str
    dataset: Any
    data: Any


def log_artifact(client: "MlflowClient", output: Output) -> None:
    path = local_path(output.dataset)
    if path is not None and path.is_dir():
        client.log_artifacts(output.run_id, str(path), f"{output.folder}{output.name}")
    else:
        client.log_artifact(output.run_id, str(path), output.folder.rstrip("/") or None)


def log_table(client: "MlflowClient", output: Output) -> None:
    """With empty cells for missing numbers, which MLflow's viewer would show as errors."""
    shown = output.data.astype(object).where(output.data.notna(), "")
    client.log_table(output.run_id, shown, f"{output.folder}{output.name}.json")


def log_history(client: "MlflowClient", output: Output) -> None:
    rows = output.data.set_index("epoch").iterrows()
    log_metrics(
        client,
        output.run_id,
        ((column, float(value), int(epoch)) for epoch, row in rows for column, value in row.items()),
    )


FORMS: dict[str, Callable[["MlflowClient", Output], None]] = {
    "artifact": log_artifact,
    "table": log_table,
    "history": log_history,
}


def log_described(client: "MlflowClient", run_id: str, described: Logged, folder: str = "") -> None:
    """Metrics and tags, and files where there are any."""
    metrics = ((f"{folder}{name}", float(value), 0) for name, value in described.metrics.items() if value is not None)
    log_metrics(client, run_id, metrics)
    if described.tags:
        log_tags(client, run_id, described.tags)
    for name, content in described.files.items():
        client.log_dict(run_id, content, name)


def log_metrics(client: "MlflowClient", run_id: str, metrics: Iterator[tuple[str, float, int]]) -> None:
    """Metrics as (name, value, step)."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    entities = [Metric(metric_name(name), value, now, step) for name, value, step in metrics]
    for chunk in chunks(entities, 1000):
        client.log_batch(run_id, metrics=chunk)
