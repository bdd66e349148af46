"""What the catalog says of a dataset besides where it lies."""

from typing import Any


def mlflow_kind(dataset: Any) -> str | None:
    """How the catalog says that an output appears in MLflow; None for those that do not."""
    return (getattr(dataset, "metadata", None) or {}).get("mlflow")
