"""Metrics for which generated images may be copies."""

from standin.verdict.copies import are_copies

FAR = [
    {"name": "c_t", "value": 2.0, "real": 0.1},
    {"name": "authenticity", "value": 0.6, "high": 0.61, "real": 0.6, "real_low": 0.59},
]


def test_new_images_are_not_copies() -> None:
    assert not are_copies(FAR)
    assert not are_copies([])


def test_c_t_far_below_zero_suggests_copies() -> None:
    assert are_copies([{"name": "c_t", "value": -9.0, "real": 0.1}])
    assert are_copies([{"name": "c_t", "value": -4.0, "real": None}])  # too few new real images for a reference
    assert not are_copies([{"name": "c_t", "value": -4.0, "real": -5.0}])  # as close as new real images


def test_authenticity_below_that_of_new_real_images_suggests_copies() -> None:
    metric = {"name": "authenticity", "value": 0.55, "high": 0.57, "real": 0.6}
    assert are_copies([metric | {"real_low": 0.58}])
    assert not are_copies([metric | {"real_low": None}])  # no new real images to compare with
    assert not are_copies([metric | {"real_low": 0.56}])  # the intervals overlap
    assert are_copies([metric | {"name": "imputed_authenticity", "real_low": 0.58}])
