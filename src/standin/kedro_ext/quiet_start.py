"""Called by Kedro before it imports plugins (entry point `kedro.init`)."""

from standin.core.quiet import ignore_known_messages, only_own_messages


def start() -> None:
    """Imports kedro-mlflow, as Kedro would next, without the warnings of its import: MLflow shows its own warnings
    whatever filters are set before."""
    ignore_known_messages()
    with only_own_messages():
        import kedro_mlflow.framework.cli.cli  # noqa: F401
