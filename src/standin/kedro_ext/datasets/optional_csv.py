"""A table that may not exist."""

from typing import TYPE_CHECKING, Any

from kedro.io import AbstractDataset

from standin.io.atomic import atomic_write
from standin.kedro_ext.datasets.local_file import LocalFile

if TYPE_CHECKING:
    import pandas as pd


class OptionalCSVDataset(LocalFile, AbstractDataset["pd.DataFrame", "pd.DataFrame"]):
    """A table that may not exist, such as one that a person may provide: without the file it has no rows.

    Args:
        columns: of the table while there is no file.
        text: whether all values are text, also those that look like numbers or missing values (a class may be named
            NA).
    """

    def __init__(
        self, filepath: str, columns: list[str], text: bool = True, metadata: dict[str, Any] | None = None
    ) -> None:
        super().__init__(filepath, metadata)
        self._columns = columns
        self._text = text

    def load(self) -> "pd.DataFrame":
        import pandas as pd

        if not self._filepath.exists():
            return pd.DataFrame(columns=self._columns, dtype=str)
        if not self._text:
            return pd.read_csv(self._filepath)
        return pd.read_csv(self._filepath, dtype=str, keep_default_na=False)

    def save(self, data: "pd.DataFrame") -> None:
        with atomic_write(self._filepath) as partial:
            data.to_csv(partial, index=False)

    def _exists(self) -> bool:
        return True  # loads without a file, too
