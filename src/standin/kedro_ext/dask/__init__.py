"""Nodes in parallel on a Dask cluster."""

from standin.kedro_ext.dask.runner import DaskRunner

__all__ = ["DaskRunner"]
