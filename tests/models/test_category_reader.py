"""The category reader: the choice of its head, and when it is final."""

import keras
import numpy as np
import pytest

from standin.models.category_reader import CategoryReader
from standin.models.layers.deformation import white_strokes

IMAGES = np.random.default_rng(0).uniform(-1, 1, (4, 8, 8, 3)).astype(np.float32)


@pytest.fixture
def reader() -> CategoryReader:
    return CategoryReader((8, 8, 3), 10, width=4, hidden=8, choice=2, random=keras.random.SeedGenerator(0))


def test_the_head_with_the_highest_agreement_is_used(reader: CategoryReader) -> None:
    heads = np.asarray(reader.network(white_strokes(IMAGES))[0])
    reader.agreement.assign([0.1, 0.2, 0.9, 0.3, 0.0])
    np.testing.assert_allclose(reader(IMAGES), heads[:, 2], rtol=1e-6)


def test_the_choice_is_final_after_its_steps(reader: CategoryReader) -> None:
    chosen = [np.asarray(reader.agreement)]
    for _ in range(3):
        reader.learn({"images": IMAGES})
        chosen.append(np.asarray(reader.agreement))
    assert (chosen[0] != chosen[1]).all() and (chosen[1] != chosen[2]).all()
    np.testing.assert_array_equal(chosen[2], chosen[3])
    assert float(reader.decided()) == 1
