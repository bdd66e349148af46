"""Runners beside Kedro's own."""

from standin.runners.dask import DaskRunner

__all__ = ["DaskRunner"]
