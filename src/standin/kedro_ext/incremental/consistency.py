"""Whether stored results belong together: each was made from the others as they are stored now.

After a run that was interrupted, or in which an experiment failed, some results have the run's parameters and others
those of an earlier run.
"""

from collections.abc import Iterable

from kedro.io import CatalogProtocol

from standin.kedro_ext.incremental.files import same, state_of
from standin.kedro_ext.incremental.records import Records
from standin.kedro_ext.incremental.state import RECORDS


def find_mismatch(names: Iterable[str], catalog: CatalogProtocol, given: bool = False) -> str | None:
    """Why results, and everything that they were made from, do not belong together, as a clause; None if they do.

    A result without a record, or with the record of another file, was made elsewhere and is taken as it is; so is a
    result that is missing.

    Args:
        names: of catalog entries.
        given: whether files that a person provides (manual labels), which no run has made, count too.
    """
    records: Records = catalog.load(RECORDS)
    waiting, seen = [*names], set[str]()
    while waiting:
        name = waiting.pop()
        record = None if name in seen else records.read(name)
        seen.add(name)
        if record is None:
            continue
        files = state_of(catalog, name, record["files"])
        if files is not None and not same(files, record["files"]):
            continue
        for entry, read in record["inputs"].items():
            if catalog.get(entry) is None:  # a file named by an argument: one node alone reads it
                continue
            now = state_of(catalog, entry, read)
            by_person = records.read(entry) is None
            if not same(now, read) and (given if by_person else now is not None):
                return f"{name} was made from another version of {entry} than the stored one"
            waiting.append(entry)
    return None
