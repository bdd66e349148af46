"""Names of data sets, experiments and nodes: `mnist`, `mnist.gan`, `mnist.gan.seed_1`, `mnist.gan.evaluate`.

An *experiment* is one generative model, trained with one generator seed, on one data set. Its name is a namespace of
the graph; nodes and catalog entries of the experiment are in it, or in a namespace below it. Dots divide names, so none
of the parts contains one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ExperimentId:
    """One experiment.

    Attributes:
        data_set: its name.
        model: the name of the generative model in the configuration of the data set.
        seed: the generator seed.
        name: of the experiment within the data set: the model's, or `<model>.seed_<seed>` if there are several seeds.
    """

    data_set: str
    model: str
    seed: int
    name: str

    def __str__(self) -> str:
        return f"{self.data_set}.{self.name}"


def experiments(data_set: str, entry: Mapping[str, Any]) -> list[ExperimentId]:
    """The experiments of a data set: every enabled generative model with every generator seed.

    Args:
        entry: the data set's complete parameters.
    """
    seeds = entry["generator_seeds"]
    return [
        ExperimentId(data_set, model, seed, model if len(seeds) == 1 else f"{model}.seed_{seed}")
        for model, settings in entry["generative_models"].items()
        if settings["enabled"]
        for seed in seeds
    ]


def data_set_of(name: str) -> str:
    """The data set of an experiment, a node, a namespace or a catalog entry."""
    return name.partition(".")[0]


def last_part(name: str) -> str:
    """The name of a node or catalog entry without its namespace."""
    return name.rpartition(".")[2]


def is_within(name: str, namespace: str) -> bool:
    """Whether `name` is the namespace itself, or of something in it or below it."""
    return name == namespace or name.startswith(f"{namespace}.")


def experiment_of(name: str, known: Iterable[ExperimentId]) -> ExperimentId | None:
    """The experiment that a node, a namespace or a catalog entry belongs to; None for what a data set's experiments
    share.

    Args:
        known: the experiments to choose from.
    """
    return next((experiment for experiment in known if is_within(name, str(experiment))), None)
