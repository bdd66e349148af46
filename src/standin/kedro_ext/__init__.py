"""Extensions of Kedro: datasets, session, hooks, MLflow, incremental runs, Dask."""
