"""Kedro's settings of this project: its hooks, its configuration loader, and what a run is."""

import warnings

from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.kedro_ext.hooks import ProjectHooks
from standin.kedro_ext.mlflow_hooks import TrackingHooks
from standin.kedro_ext.session import Session

# Kedro 1.7 registers its resolvers by a name that omegaconf 2.4 announces the end of, once for each.
warnings.filterwarnings("ignore", message="register_new_resolver")

# kedro-mlflow defines a model class without type hints, of which MLflow warns whenever it is imported.
warnings.filterwarnings("ignore", message=".*Add type hints to the `predict` method")

HOOKS = (ProjectHooks(), TrackingHooks())
CONFIG_LOADER_CLASS = CompletingConfigLoader
SESSION_CLASS = Session
__all__ = ["CONFIG_LOADER_ARGS", "CONFIG_LOADER_CLASS", "HOOKS", "SESSION_CLASS"]
