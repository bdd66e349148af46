"""MLflow: one run for each `kedro run`, with a child run for each experiment."""

from standin.kedro_ext.mlflow.hooks import ChildRun, MLflowHook
from standin.kedro_ext.mlflow.kedro_mlflow_hook import KedroMLflowHook
from standin.kedro_ext.mlflow.kinds import Kind, Logged

__all__ = ["ChildRun", "KedroMLflowHook", "Kind", "Logged", "MLflowHook"]
