"""The Python interface: compare generated with real images, without a project, Kedro or MLflow."""
