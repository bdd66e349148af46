"""Nested mappings."""

from standin.core.mappings import flatten, overlay, shorten


def test_a_new_target_drops_the_arguments_of_the_old_one() -> None:
    below = {"model": {"_target_": "a.b", "widths": [1]}, "steps": 5}
    assert overlay(below, {"model": {"_target_": "a.c"}}) == {"model": {"_target_": "a.c"}, "steps": 5}
    assert overlay(below, {"model": {"widths": [2]}})["model"] == {"_target_": "a.b", "widths": [2]}
    assert below == {"model": {"_target_": "a.b", "widths": [1]}, "steps": 5}


def test_leaves_have_dotted_keys() -> None:
    assert dict(flatten({"a": {"b": 1, "c": {"d": [2]}}, "e": {}})) == {"a.b": 1, "a.c.d": [2]}


def test_long_values_are_shortened() -> None:
    assert shorten("x" * 70) == repr("x" * 70)
    assert len(shorten("x" * 100)) == 80 and shorten("x" * 100).endswith("...")
