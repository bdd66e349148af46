"""Whether stored results belong together: each was made of the others as they are stored now.

After a run that was cut off, or of which an experiment failed, some are of its parameters and others of those before.
"""

from collections.abc import Iterable

from kedro.io import CatalogProtocol

from standin.freshness.plan import RECORDS
from standin.freshness.records import Records, stamp_of


def disagreement(names: Iterable[str], catalog: CatalogProtocol) -> str | None:
    """What keeps results, and all that they were made of, from belonging together, as a clause; None if nothing does.

    Args:
        names: of catalog entries; those without a record are taken as they are.
    """
    records: Records = catalog.load(RECORDS)
    waiting, seen = [*names], set[str]()
    while waiting:
        name = waiting.pop()
        record = None if name in seen else records.read(name)
        seen.add(name)
        if record is None:
            continue
        if record["files"] != stamp_of(catalog, name):
            return f"{name} was changed after it was made"
        for made_of, read in record["inputs"].items():
            if "/" in made_of:  # a source: whatever became of it, it was read by one
                continue
            if read != stamp_of(catalog, made_of):
                return f"{name} was made of another {made_of} than is stored now"
            waiting.append(made_of)
    return None
