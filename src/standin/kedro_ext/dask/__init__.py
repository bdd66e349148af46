"""Runners beside Kedro's own."""

from standin.kedro_ext.dask.runner import DaskRunner

__all__ = ["DaskRunner"]
