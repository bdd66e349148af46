"""What MLflow accepts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlflow import MlflowClient

LONGEST_VALUE = 6000
"""Characters of a parameter's value."""
NOT_ALLOWED = re.compile(r"[^\w\-. /]")
"""Characters in names of metrics and parameters."""


def metric_name(name: str) -> str:
    return NOT_ALLOWED.sub("_", name)


def chunks(entities: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """Parts of at most `size`: MLflow refuses larger requests."""
    for start in range(0, len(entities), size):
        yield entities[start : start + size]


def log_parameters(client: "MlflowClient", run_id: str, parameters: Sequence[tuple[str, Any]], longest: int) -> None:
    """Parameters as (name, value), values cut to `longest` characters."""
    from mlflow.entities import Param

    entities = [Param(metric_name(name), str(value)[:longest]) for name, value in parameters]
    for chunk in chunks(entities, 100):
        client.log_batch(run_id, params=chunk)


def log_tags(client: "MlflowClient", run_id: str, tags: Mapping[str, str]) -> None:
    """Tags by name, in one transaction."""
    from mlflow.entities import RunTag

    client.log_batch(run_id, tags=[RunTag(name, text) for name, text in tags.items()])
