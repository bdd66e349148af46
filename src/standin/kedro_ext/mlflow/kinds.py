"""How an output appears in MLflow, as the catalog declares it (`metadata: {mlflow: ...}`).

`artifact` is a file or a folder as it is, `table` is shown and compared by the UI, `history` is curves by epoch,
`dataset` are arrays that the run used, `model` is a network. A project adds kinds of its own that turn an output into
metrics and tags as well.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from standin.kedro_ext.compat import local_path
from standin.kedro_ext.mlflow.limits import chunks, log_tags, metric_name

if TYPE_CHECKING:
    from mlflow import MlflowClient


DESCRIPTION, NOTE = "description", "mlflow.note.content"
"""The tag of an output that describes the run, and the tag that MLflow shows as the description."""
ROWS = 4096
"""Rows of an array that are hashed at once."""


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
        ((curve_name(str(column)), float(value), int(epoch)) for epoch, row in rows for column, value in row.items()),
    )


def curve_name(column: str) -> str:
    """`loss/generator` for `generator_loss`, `training/...` for what is no loss: MLflow groups charts by what stands
    before the slash."""
    name, is_loss, _ = column.rpartition("loss")
    return f"loss/{name.strip('_') or 'loss'}" if is_loss and column.endswith("loss") else f"training/{column}"


def log_dataset(client: "MlflowClient", output: Output) -> None:
    """Arrays as an input of the run, by a digest of their values."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    n = max(len(np.atleast_1d(array)) for array in output.data.values())
    profile = {"num_rows": n, "arrays": {name: [*np.shape(array)] for name, array in output.data.items()}}
    dataset = Dataset(
        name=f"{output.folder}{output.name}",
        digest=digest(output.data),
        source_type="local",
        source=json.dumps({"uri": str(local_path(output.dataset))}),
        profile=json.dumps(profile),
    )
    client.log_inputs(output.run_id, datasets=[DatasetInput(dataset, [InputTag("mlflow.data.context", output.name)])])


def digest(arrays: Mapping[str, np.ndarray]) -> str:
    """Eight characters that tell sets of arrays apart."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        array = np.atleast_1d(arrays[name])
        found.update(f"{name} {array.dtype} {array.shape}".encode())
        for start in range(0, len(array), ROWS):
            found.update(np.ascontiguousarray(array[start : start + ROWS]).tobytes())
    return found.hexdigest()[:8]


def log_model(_client: "MlflowClient", output: Output) -> None:
    from standin.kedro_ext.mlflow.models import log_network

    log_network(output.run_id, f"{output.folder}{output.name}".replace("/", "-"), output.data)


ONCE = ("model",)
"""Forms that only the run logs that made the output, and not those that reuse it."""
FORMS: dict[str, Callable[["MlflowClient", Output], None]] = {
    "artifact": log_artifact,
    "table": log_table,
    "history": log_history,
    "dataset": log_dataset,
    "model": log_model,
}


def log_described(client: "MlflowClient", run_id: str, described: Logged, folder: str = "") -> None:
    """Metrics and tags, and files where there are any. Descriptions of several folders are sections of one."""
    metrics = ((f"{folder}{name}", float(value), 0) for name, value in described.metrics.items() if value is not None)
    log_metrics(client, run_id, metrics)
    if described.tags:
        tags = {f"{folder}{name}": text for name, text in described.tags.items() if name != DESCRIPTION}
        if text := described.tags.get(DESCRIPTION):
            tags[NOTE] = _section(client, run_id, folder, text) if folder else text
        log_tags(client, run_id, tags)
    for name, content in described.files.items():
        client.log_dict(run_id, content, name)


def _section(client: "MlflowClient", run_id: str, folder: str, text: str) -> str:
    """The description of a run, with a section for this folder added."""
    earlier = client.get_run(run_id).data.tags.get(NOTE, "")
    return f"{earlier}\n\n### {folder.rstrip('/')}\n\n{text}".strip()


def log_metrics(client: "MlflowClient", run_id: str, metrics: Iterator[tuple[str, float, int]]) -> None:
    """Metrics as (name, value, step)."""
    from mlflow.entities import Metric

    now = int(time.time() * 1000)
    entities = [Metric(metric_name(name), value, now, step) for name, value, step in metrics]
    for chunk in chunks(entities, 1000):
        client.log_batch(run_id, metrics=chunk)
