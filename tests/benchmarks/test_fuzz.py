"""Of files damaged at random a few are tried here; `python -m benchmarks.fuzz` tries thousands."""

from collections import Counter

import pytest
from benchmarks.fuzz import outcomes


@pytest.mark.filterwarnings("ignore:Reading `.npy` or `.npz` file required additional header parsing")
@pytest.mark.parametrize("kind", ["npz", "png", "jpg", "npy", "csv"])
def test_a_damaged_file_is_read_or_refused_in_a_sentence(kind: str) -> None:
    found = Counter(outcomes(kind, 200, seed=0))
    assert found.keys() == {"read", "refused"}, found
    assert found["refused"] > 50
