"""Where parameters come from: Kedro's configuration loader, with every data set's entry completed and checked.

Pipelines are generated from the parameters, but Kedro's registry receives none. The loader of the run's context (its
environment, `--params`) is therefore remembered here; without a context (`kedro registry list`), `conf/base` and
`conf/local` serve.
"""

import copy
from pathlib import Path
from typing import Any

from kedro.config import OmegaConfigLoader
from kedro.utils import find_kedro_project

from standin.config.defaults import complete
from standin.core.errors import InputError


class CompletingConfigLoader(OmegaConfigLoader):
    """`OmegaConfigLoader` whose parameters are complete: defaults filled in, one checked entry a data set.

    `--params` and other environments are laid over `conf/base` first, so what comes out is what the run will use. They
    are read once, since a run asks for them six times, and reading takes half a second.
    """

    _complete: dict[str, dict[str, Any]] | None = None

    def __getitem__(self, key: str) -> Any:
        if key != "parameters":
            return super().__getitem__(key)
        if self._complete is None:
            self._complete = complete(super().__getitem__(key), Path(self.conf_source).absolute().parent)
        return copy.deepcopy(self._complete)


def project_root() -> str:
    """The folder of the Kedro project at or above the working directory.

    Raises:
        InputError: if there is none.
    """
    project = find_kedro_project(Path.cwd())
    if project is None:
        raise InputError(f"there is no Kedro project at or above {Path.cwd()}")
    return str(project)


CONFIG_LOADER_ARGS: dict[str, Any] = {
    "base_env": "base",
    "default_run_env": "local",
    # Soft: an environment or `--params a.b=1` changes the keys it names and keeps their siblings.
    "merge_strategy": {"parameters": "soft"},
    "custom_resolvers": {"project_root": project_root},
}

_of_context: OmegaConfigLoader | None = None


def remember(loader: OmegaConfigLoader | None) -> None:
    """Makes `loader` the one that pipelines are generated from; None forgets it."""
    global _of_context
    _of_context = loader


def data_sets() -> dict[str, dict[str, Any]]:
    """Data set name -> its complete parameters.

    Raises:
        InputError: outside a Standin project.
        InputError: if an entry is faulty; one line for each mistake.
    """
    if _of_context is not None:
        return _of_context["parameters"]
    loader = CompletingConfigLoader(str(Path(project_root()) / "conf"), **CONFIG_LOADER_ARGS)
    return loader["parameters"]
