"""Names of data sets, experiments and nodes: `mnist`, `mnist.gan`, `mnist.gan.seed_1`, `mnist.gan.evaluate`.

An *experiment* is one generative model, trained with one generator seed, on one data set. Its name is a namespace of
the pipeline, which contains its nodes and catalog entries. Dots separate the parts of a name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ExperimentId:
    """One experiment.

    Attributes:
        data_set: its name.
        model: name of the generative model in the configuration.
        seed: the generator seed, or the place of a set of given images among several.
        name: within the data set: the model's, or with several seeds or sets `<model>.seed_<seed>` or
            `<model>.set_<seed>`.
    """

    data_set: str
    model: str
    seed: int
    name: str

    def __str__(self) -> str:
        return f"{self.data_set}.{self.name}"


def experiments(data_set: str, entry: Mapping[str, Any]) -> list[ExperimentId]:
    """The experiments of a data set with complete parameters `entry`: each enabled generative model with each seed, and
    each set of images that were generated elsewhere."""
    found = []
    for model, settings in entry["generative_models"].items():
        given = is_image_set(settings)
        seeds, word = (range(len(settings["images"])), "set") if given else (entry["generator_seeds"], "seed")
        if settings["enabled"]:
            found += [
                ExperimentId(data_set, model, seed, model if len(seeds) == 1 else f"{model}.{word}_{seed}")
                for seed in seeds
            ]
    return found


def is_image_set(settings: Any) -> bool:
    """Whether an entry of `generative_models` is a set of images that were generated elsewhere."""
    return isinstance(settings, Mapping) and "images" in settings and "_target_" not in settings


def data_set_of(name: str) -> str:
    """The data set of an experiment, node, namespace or catalog entry."""
    return name.partition(".")[0]


def last_part(name: str) -> str:
    """The name of a node or catalog entry without its namespace."""
    return name.rpartition(".")[2]


def experiment_of(name: str, known: Iterable[ExperimentId]) -> ExperimentId | None:
    """The experiment among `known` to which a node, namespace or catalog entry belongs; None if it is shared."""
    return next((experiment for experiment in known if f"{name}.".startswith(f"{experiment}.")), None)
