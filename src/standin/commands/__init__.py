"""The project's own commands for `kedro`."""
