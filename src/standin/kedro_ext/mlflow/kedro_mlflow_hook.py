"""kedro-mlflow's own hook, with a guarded store and without the parameters of each node."""

from pathlib import Path
from typing import Any

from kedro.framework.context import KedroContext
from kedro.framework.hooks import hook_impl
from kedro_mlflow.framework.hooks.mlflow_hook import MlflowHook

from standin.kedro_ext.mlflow.store import database_of, opened


class KedroMLflowHook(MlflowHook):
    """Starts and ends the run and reads `mlflow.yml`. kedro-mlflow's would also log each parameter of each node in a
    transaction of its own; `MLflowHook` logs those of all nodes at once."""

    @hook_impl
    def after_context_created(self, context: KedroContext) -> None:
        """Opens the store, or makes it."""
        loader = context.config_loader
        loader.config_patterns.setdefault("mlflow", ["mlflow*", "mlflow*/**", "**/mlflow*"])  # as kedro-mlflow does
        settings: Any = loader["mlflow"]
        database = database_of(settings.get("server", {}).get("mlflow_tracking_uri"))
        if database is None:
            super().after_context_created(context)
            return
        experiment = settings.get("tracking", {}).get("experiment", {})
        location = experiment.get("create_experiment_kwargs", {}).get("artifact_location")
        artifacts = Path(location).as_uri() if location and Path(location).is_absolute() else None
        with opened(database, experiment.get("name", ""), artifacts):
            super().after_context_created(context)

    @hook_impl
    def before_node_run(self) -> None:
        """Nothing."""
