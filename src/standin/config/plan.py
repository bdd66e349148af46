"""A data set as the configuration describes it, and its learning curve."""

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class DataSetPlan:
    """One data set and what follows from its parameters.

    In a learning curve, `n_real` or `label_budget` is a list of sizes. Each size becomes a data set; the curve itself
    has no experiments, only what its sizes share and the figure of the curve.

    Attributes:
        name: of the data set.
        entry: its complete parameters.
        curve: the parameter that is a list of sizes; None for other data sets.
        sizes: names of the data sets of a learning curve, in the order of the list.
        part_of: the learning curve that this data set is a size of, if any.
    """

    name: str
    entry: dict[str, Any]
    curve: Literal["n_real", "label_budget"] | None = None
    sizes: tuple[str, ...] = ()
    part_of: str | None = None

    @property
    def pipeline(self) -> str:
        """The name of the pipeline that computes its results."""
        return self.part_of or self.name
