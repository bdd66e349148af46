"""kedro-mlflow's own hook, without the parameters of each node."""

from kedro.framework.hooks import hook_impl
from kedro_mlflow.framework.hooks.mlflow_hook import MlflowHook


class KedroMLflowHook(MlflowHook):
    """Starts and ends the run and reads `mlflow.yml`. kedro-mlflow's would also log each parameter of each node in a
    transaction of its own; `MLflowHook` logs those of all nodes at once."""

    @hook_impl
    def before_node_run(self) -> None:
        """Nothing."""
