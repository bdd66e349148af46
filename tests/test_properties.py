"""What holds for whatever is given: files come back as they were written, and of parameters a wrong one is refused in
sentences."""

import string
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays, from_dtype
from PIL import Image

from standin.config.defaults import complete, packaged
from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.core.errors import InputError
from standin.data import image_folder, npz
from standin.io.npz import load_npz
from tests.conftest import ROOT

# The same examples in every run, and as many as take seconds.
few = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TYPES = [np.dtype(kind) for kind in ("uint8", "int64", "float32", "<U3", ">f8", "bool")]
names = st.text(string.ascii_lowercase, min_size=1, max_size=5)
some_arrays = st.sampled_from(TYPES).flatmap(
    lambda kind: arrays(kind, array_shapes(min_dims=0, max_dims=4, max_side=5), elements=from_dtype(kind))
)


@few
@given(
    stored=st.dictionaries(st.text(string.ascii_lowercase, min_size=1), some_arrays, max_size=4), packed=st.booleans()
)
def test_whatever_is_saved_in_an_npz_file_is_read_from_it(tmp_path: Path, stored: dict, packed: bool) -> None:
    (np.savez_compressed if packed else np.savez)(tmp_path / "arrays.npz", **stored)
    read = load_npz(tmp_path / "arrays.npz")
    assert read.keys() == stored.keys()
    for name, array in stored.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype


@few
@given(
    stored=st.fixed_dictionaries({"images": some_arrays, "labels": some_arrays}, optional={"class_names": some_arrays})
)
def test_whatever_arrays_are_given_as_a_data_set_they_are_one_or_are_refused(tmp_path: Path, stored: dict) -> None:
    np.savez(tmp_path / "data.npz", **stored)
    try:
        source = npz.load(tmp_path / "data.npz")
    except InputError as error:
        assert str(tmp_path / "data.npz") in str(error) and "\n" not in str(error)
    else:
        assert source.splits["train"]["images"].ndim == 4


@few
@given(data=st.data())
def test_an_image_folder_gives_back_the_pixels_that_were_put_into_it(tmp_path: Path, data: st.DataObject) -> None:
    height, width = data.draw(st.integers(8, 12)), data.draw(st.integers(8, 12))
    for row, label in enumerate("ab"):
        pixels = data.draw(arrays(np.uint8, (height, width, 3)))
        (tmp_path / label).mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / label / "0.png")
        read = image_folder.load(tmp_path) if row else None
    assert read is not None
    np.testing.assert_array_equal(read.splits["train"]["images"][1], pixels)


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    loader = CompletingConfigLoader(str(ROOT / "conf"), **CONFIG_LOADER_ARGS)
    whole = super(CompletingConfigLoader, loader).__getitem__("parameters")
    return {"defaults": packaged(), "digits": whole["digits"]}


def places(tree: Any, above: tuple = ()) -> list[tuple]:
    """The paths of all values in nested dictionaries."""
    if not isinstance(tree, dict):
        return [above]
    return [above, *(path for key, value in tree.items() for path in places(value, (*above, key)))]


odd = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 10**12), st.floats(), st.text(max_size=5), st.just([]), st.just({}),
    st.lists(st.integers(-1, 3), max_size=2), st.dictionaries(st.text(max_size=3), st.integers(), max_size=1),
)  # fmt: skip


@settings(few, max_examples=200)
@given(data=st.data())
def test_whatever_stands_in_a_parameter_it_is_taken_or_refused_by_name(raw: dict, data: st.DataObject) -> None:
    tree = deepcopy(raw)
    *above, last = data.draw(st.sampled_from([path for path in places(tree) if len(path) > 1]))
    place = tree
    for key in above:
        place = place[key]
    place[last] = data.draw(odd)
    try:
        entries = complete(tree, Path("/project"))
    except InputError as error:
        assert str(error).removeprefix("there is no parameter ").startswith(("digits", "defaults"))
    else:
        assert "digits" in entries
