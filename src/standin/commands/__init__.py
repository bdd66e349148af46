"""The project's commands for `kedro`."""
