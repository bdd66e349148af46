"""Which arguments name files: by their name, or because the file exists."""

from pathlib import Path

import pytest

from standin.core.paths import file_arguments, with_absolute_paths


@pytest.mark.parametrize(
    ("argument", "value", "named"),
    [
        ("path", "images", True),  # may not exist yet
        ("weights_file", "none.npz", True),
        ("prior", "data/prior.npz", True),
        ("prior", "prior.npz", True),
        ("prior", ["prior.npz", 3], True),
        ("activation", "relu", False),  # although there is such a folder
        ("name", "owner/name", False),
        ("path", "https://example.org/a.npz", False),
        ("path", 3, False),
    ],
)
def test_an_argument_names_a_file_by_its_name_or_an_existing_file(
    tmp_path: Path, argument: str, value: object, named: bool
) -> None:
    (tmp_path / "relu").mkdir()
    (tmp_path / "data").mkdir()
    for file in ("data/prior.npz", "prior.npz"):
        (tmp_path / file).touch()
    first = value[0] if isinstance(value, list) else value
    parameters = {"model": {"_target_": "a.B", argument: value}, "title": "prior.npz"}
    assert file_arguments(parameters, tmp_path) == ([first] if named else [])
    absolute = with_absolute_paths(parameters, tmp_path)
    expected = str(tmp_path / str(first)) if named else first
    changed = absolute["model"][argument]
    assert (changed[0] if isinstance(changed, list) else changed) == expected
    assert absolute["title"] == "prior.npz"


def test_only_arguments_of_targets_name_files(tmp_path: Path) -> None:
    (tmp_path / "real").touch()
    entry = {"_target_": "a.B", "arms": ["real"], "training": {"path": "a"}, "enabled": True}
    assert file_arguments({"a": entry, "path": "x"}, tmp_path) == []
