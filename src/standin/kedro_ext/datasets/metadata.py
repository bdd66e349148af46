"""Metadata of catalog entries."""

from typing import Any


def mlflow_kind(dataset: Any) -> str | None:
    """How an output appears in MLflow; None for outputs that do not."""
    return (getattr(dataset, "metadata", None) or {}).get("mlflow")
