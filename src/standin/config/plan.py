"""A data set as the configuration describes it, and the learning curves that some are the sum of."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class DataSetPlan:
    """What the configuration says of one data set, and what follows from it.

    A learning curve is a data set in whose entry `n_real` or `label_budget` is a list of sizes. Each size is a data set
    of its own; the whole has no experiments, only what its sizes share and the curve over them.

    Attributes:
        name: of the data set.
        entry: its complete parameters.
        curve: the parameter that is a list of sizes; None for other data sets.
        sizes: names of the data sets of a learning curve, in the order of the list.
        part_of: the learning curve that this data set is one size of; None for other data sets.
    """

    name: str
    entry: dict[str, Any]
    curve: Literal["n_real", "label_budget"] | None = None
    sizes: tuple[str, ...] = ()
    part_of: str | None = None

    @property
    def pipeline(self) -> str:
        """The name of the pipeline that its results come from."""
        return self.part_of or self.name
