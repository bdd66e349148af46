"""Whether stored results belong together: each was made of the others as they are stored now.

After a run that was cut off, or of which an experiment failed, some are of its parameters and others of those before.
"""

from collections.abc import Iterable

from kedro.io import CatalogProtocol

from standin.kedro_ext.incremental.plan import RECORDS
from standin.kedro_ext.incremental.records import Records, signature_of


def find_mismatch(names: Iterable[str], catalog: CatalogProtocol, given: bool = False) -> str | None:
    """What keeps results, and all that they were made of, from belonging together, as a clause; None if nothing does.

    What has no record, or one of another file, was made elsewhere, and is taken as it is; so is a result that is gone.

    Args:
        names: of catalog entries.
        given: whether what a person gave (labels by hand) counts too, which no run has made.
    """
    records: Records = catalog.load(RECORDS)
    waiting, seen = [*names], set[str]()
    while waiting:
        name = waiting.pop()
        record = None if name in seen else records.read(name)
        seen.add(name)
        if record is None or signature_of(catalog, name) not in (record["files"], None):
            continue
        for states, read in record["inputs"].items():
            if catalog.get(states) is None:  # a source: whatever became of it, it was read by one node
                continue
            now = signature_of(catalog, states)
            by_person = records.read(states) is None
            if now != read and (given if by_person else now is not None):
                return f"{name} was made of another {states} than is stored now"
            waiting.append(states)
    return None
