"""Extensions of Kedro: datasets, session, hooks, MLflow, incremental runs, Dask."""

from standin.kedro_ext import garbage

garbage.defer()
