"""Galaxies with redshift and stellar mass: a simulated survey, or real cut-outs with a catalog.

Class "nearby low mass": 8 < log10(M / Sun) < 9 and redshift < .15. `conditions` are redshift and log mass.
"""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pandas as pd

from standin.core.errors import InputError
from standin.data import galaxy_simulation
from standin.data.source import Source, make_source
from standin.io.npz import BROKEN, load_npy

CLASS_NAMES = ("other", "nearby low mass")
CONDITION_NAMES = ("redshift", "log mass")
COLUMNS = ("photo_z", "log_mass")
IDENTITIES = ("COSMOS_id", "HSC_id")
MAX_LISTED = 20
"""Maximum number of columns in an error message."""

log = logging.getLogger(__name__)


def simulate(n: int = 2000, seed: int = 0) -> Source:
    """`n` galaxies of the survey in `standin.data.galaxy_simulation`, (50, 50, 3) float32 log flux."""
    rng = np.random.default_rng(seed)
    galaxies = galaxy_simulation.draw_galaxies(n, rng)
    conditions = np.stack([galaxies.redshift, galaxies.log_mass], axis=1)
    return _source(galaxy_simulation.draw_images(galaxies, rng), conditions, "simulated galaxies")


def load(path: str | os.PathLike[str], catalog: str | os.PathLike[str], faintest: float, brightest: float) -> Source:
    """Cut-outs in a `.npy` file and their catalog in a CSV file, in the same order.

    Galaxies without redshift, mass or finite pixels are left out, and so are repeated ones (by `COSMOS_id` or `HSC_id`,
    if the catalog has these columns); the log states how many.

    Args:
        path: of the images, (n, 3, height, width) or (n, height, width, 3), log flux; figures show the bands as
            red, green and blue.
        catalog: with the columns `photo_z` and `log_mass`.
        faintest, brightest: the log flux that becomes -1 and 1; values outside are clipped. They are arguments, so that
            no test image influences them.

    Raises:
        InputError: a file is missing, unreadable, or lacks required data.
    """
    if not faintest < brightest:
        raise InputError(f"faintest must be below brightest, got {faintest} and {brightest}")
    images, table = _read_images(path), _read_table(catalog)
    if len(table) != len(images):
        raise InputError(
            f"catalog {os.fspath(catalog)} must have one row for each of the {len(images)} images of "
            f"{os.fspath(path)}, got {len(table)}"
        )
    conditions = table[list(COLUMNS)].to_numpy(np.float64)
    # Catalogs use numbers such as -99 for missing values.
    with np.errstate(over="ignore"):  # a number beyond float32 is not a redshift either
        known = np.isfinite(conditions.astype(np.float32)) & (conditions > 0)
    whole = np.isfinite(images).all(axis=(1, 2, 3)) & known.all(axis=1)
    again = np.zeros(len(table), bool)
    for identity in (_written_alike(table[name]) for name in IDENTITIES if name in table):
        named = whole & identity.notna().to_numpy()
        again[named] |= identity[named].duplicated().to_numpy()
    for rows, what in ((~whole, "have missing values"), (again, "repeat a galaxy")):
        if rows.any():
            log.warning("%d of %d rows of %s %s and are left out.", rows.sum(), len(rows), os.fspath(catalog), what)
    keep = whole & ~again
    with np.errstate(over="ignore"):  # clipped
        scaled = np.clip(2 * (images[keep] - faintest) / (brightest - faintest) - 1, -1, 1)
    return _source(scaled.astype(np.float32), conditions[keep], f"galaxies of {os.fspath(catalog)}")


def labels_of(conditions: np.ndarray) -> np.ndarray:
    """(n, 2) redshift and log mass -> (n,) 1 for nearby galaxies of low mass, else 0."""
    redshift, log_mass = conditions.T
    return ((log_mass > 8) & (log_mass < 9) & (redshift < 0.15)).astype(np.int64)


def _source(images: np.ndarray, conditions: np.ndarray, where: str) -> Source:
    source = make_source({"train": (images, labels_of(conditions))}, CLASS_NAMES, where)
    source.splits["train"]["conditions"] = conditions.astype(np.float32)
    return source._replace(condition_names=CONDITION_NAMES)


def _read_images(path: str | os.PathLike[str]) -> np.ndarray:
    """(n, height, width, 3)."""
    images = load_npy(path)
    if images.ndim == 4 and images.dtype.kind == "f":
        if images.shape[1] == 3:
            return images.transpose(0, 2, 3, 1)
        if images.shape[3] == 3:
            return images
    raise InputError(
        f"image file {os.fspath(path)} must contain one array of real numbers (n, 3, height, width) or "
        f"(n, height, width, 3), got {images.shape} {images.dtype}"
    )


def _written_alike(names: pd.Series) -> pd.Series:
    """Names as text; merged catalogs write the same name as `7`, ` 7` and `7.0`."""
    return names.str.strip().str.replace(r"\.0+$", "", regex=True)


@contextmanager
def _readable(where: str) -> Iterator[None]:
    try:
        yield
    except (*BROKEN, OverflowError, pd.errors.ParserWarning) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise InputError(f"{where} cannot be read: {reason}") from error


def _read_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    if not os.path.isfile(path):
        raise InputError(f"catalog {os.fspath(path)} does not exist")
    where = f"catalog {os.fspath(path)}"
    with _readable(where):
        named = [str(name) for name in pd.read_csv(path, nrows=0).columns]
    if not set(COLUMNS) <= set(named):
        more = f" and {len(named) - MAX_LISTED} more" if len(named) > MAX_LISTED else ""
        raise InputError(
            f"{where} must have the columns {', '.join(COLUMNS)}, got {', '.join(named[:MAX_LISTED]) or 'none'}{more}"
        )
    with _readable(where), warnings.catch_warnings():
        # Pandas would otherwise accept a line with more values than columns.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        # Read as floats because of a missing value, ids of 17 digits would lose the last digit.
        names = {name: str for name in IDENTITIES if name in named}
        table = pd.read_csv(path, index_col=False, low_memory=False, dtype=names)
    for name in COLUMNS:
        numbers = pd.to_numeric(table[name], errors="coerce")
        odd = (numbers.isna() & table[name].notna()).to_numpy() | (numbers.dtype.kind == "b")
        if odd.any():
            line = int(odd.argmax())
            raise InputError(f"{where}, line {line + 2}: {name} must be a number, got {str(table[name].iloc[line])!r}")
        table[name] = numbers
    return table
