"""Kedro's configuration loader, whose parameters are complete and checked. The only Kedro-specific file of `config`.

Pipelines are generated from the parameters, but Kedro passes none to `register_pipelines`. The loader of the current
run (its environment and `--params`) is therefore stored here; without a run (`kedro registry list`), `conf/base` and
`conf/local` are read.
"""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kedro.config import OmegaConfigLoader
from kedro.utils import find_kedro_project

from standin.config.defaults import complete
from standin.config.plan import DataSetPlan
from standin.core.errors import InputError
from standin.core.mappings import overlay


class CompletingConfigLoader(OmegaConfigLoader):
    """`OmegaConfigLoader` whose parameters are complete: data set -> its checked entry with all defaults.

    The defaults are applied after `--params` and environments. The parameters are read once, since a run asks for them
    six times and reading takes half a second.
    """

    _plans: dict[str, DataSetPlan] | None = None

    def __getitem__(self, key: str) -> Any:
        if key != "parameters":
            return super().__getitem__(key)
        return {name: copy.deepcopy(plan.entry) for name, plan in self.plans().items()}

    def plans(self) -> dict[str, DataSetPlan]:
        """Data set -> its plan."""
        if self._plans is None:
            parameters = self._with_local_data_sets(super().__getitem__("parameters"))
            self._plans = complete(parameters, Path(self.conf_source).absolute().parent)
        return self._plans

    def _with_local_data_sets(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Adds the data sets that only conf/local has. In Kedro another environment replaces conf/local, so that nobody
        could rehearse a data set of their own."""
        if self.env in (None, self.base_env, self.default_run_env):
            return parameters
        # Not by a second loader, which would replace the resolver of this one's globals.
        folder, patterns = str(Path(self.conf_source) / self.default_run_env), self.config_patterns["parameters"]
        if not Path(folder).is_dir():
            return parameters
        added = self.load_and_merge_dir_config(folder, patterns, "parameters", processed_files=set())
        base = {name for name, entry in parameters.items() if isinstance(entry, Mapping) and "source" in entry}
        own = {name: entry for name, entry in added.items() if isinstance(entry, Mapping) and "source" in entry}
        return parameters | {n: overlay(entry, parameters.get(n, {})) for n, entry in own.items() if n not in base}


def project_root() -> str:
    """The folder of the Kedro project at or above the working directory.

    Raises:
        InputError: no such folder exists.
    """
    project = find_kedro_project(Path.cwd())
    if project is None:
        raise InputError(f"no Kedro project in or above {Path.cwd()}")
    return str(project)


CONFIG_LOADER_ARGS: dict[str, Any] = {
    "base_env": "base",
    "default_run_env": "local",
    # Soft: an environment or `--params a.b=1` changes only the keys it names.
    "merge_strategy": {"parameters": "soft"},
    "custom_resolvers": {"project_root": project_root},
}

_of_context: CompletingConfigLoader | None = None


def remember(loader: CompletingConfigLoader | None) -> None:
    """Makes `loader` the one from which pipelines are generated; None forgets it."""
    global _of_context
    _of_context = loader


def plans() -> dict[str, DataSetPlan]:
    """Data set -> its plan; the sizes of learning curves come last.

    Raises:
        InputError: outside a Standin project, or one line for each mistake in an entry.
    """
    loader = _of_context
    if loader is None:  # not `or`: a loader is a dictionary and may be empty
        loader = CompletingConfigLoader(str(Path(project_root()) / "conf"), **CONFIG_LOADER_ARGS)
    return copy.deepcopy(loader.plans())


def data_sets() -> dict[str, dict[str, Any]]:
    """Data set -> its complete parameters; raises as `plans`."""
    return {name: plan.entry for name, plan in plans().items()}
