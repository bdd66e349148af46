"""The node that prepares the memorization test: training images (members) and held-out images in feature spaces.

Members and held-out images must be equally new to a feature space. Each of two extractors is trained on one half of the
training images and tests members of the other half. The principal components of pixels are fitted to random images of
all members and held-out images together.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from standin.core.leakage import assert_unseen
from standin.data.subset import draw, on_withheld
from standin.io.large_arrays import gather, join
from standin.metrics.membership import MIN_HELD_OUT
from standin.metrics.nearest import nearest
from standin.metrics.pixel_components import PixelComponents, fit_pixel_components

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed
MEMBERS_SEED, HELD_OUT_SEED, FITTED_SEED = 4, 5, 6
FITTED = 5000
"""Largest number of images that the principal components are fitted to."""


def feature_spaces(
    extractor_a: KerasModel, extractor_b: KerasModel, pixels: PixelComponents
) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """Name of each space -> function from stored images to (n, d) features.

    Args:
        extractor_a, extractor_b: trained on half A and on half B of the training images.
    """
    from standin.training.inference import features_of

    return {
        "features_a": partial(features_of, extractor_a),
        "features_b": partial(features_of, extractor_b),
        "pixels": pixels.project,
    }


def extract_memorization_features(
    feature_extractor: KerasModel,
    feature_extractor_seen: Arrays,
    second_feature_extractor: KerasModel,
    second_feature_extractor_seen: Arrays,
    train: Arrays,
    validation: Arrays,
    test: Arrays,
    held_out: Arrays,
    sample_quality: Mapping[str, Any],
    withheld_subset: Mapping[str, Any] | None,
) -> Arrays:
    """Features of members and of held-out images.

    Held-out images are validation images, and test images if these were drawn from the same images. A source's own test
    images may be of another origin, such as MNIST's other writers. If the data set has groups, which members and other
    splits do not share, they are instead the images of the training groups that were kept for this. Images of the
    withheld subset are left out, since hardly any is a member.

    Args:
        sample_quality: `max_images`, the largest number of members of each half and of held-out images.

    Returns:
        For each feature space `members_<space>` and `held_out_<space>` (n, d); `mean` and `components` of the
        `PixelComponents`; `is_test` (n,) bool, which held-out images are test images; `n_training` ().

    Raises:
        LeakError: an extractor saw one of these images.
    """
    most = sample_quality["max_images"]
    named = {"validation": validation} | ({"test": test} if test["same_source"] else {})
    if len(held_out["images"]) >= MIN_HELD_OUT:
        named = {"held-out": held_out}
    for name, part in named.items():
        assert_unseen(part, name, feature_extractor_seen | second_feature_extractor_seen)
    parts = list(named.values())
    if withheld_subset is not None:
        kept = [np.flatnonzero(~on_withheld(part, withheld_subset)) for part in parts]
        parts = [{"images": gather(part["images"], chosen)} for part, chosen in zip(parts, kept, strict=True)]
    together = join([part["images"] for part in parts])
    chosen = np.random.default_rng(HELD_OUT_SEED).permutation(len(together))[:most]
    new, is_test = gather(together, chosen), chosen >= len(parts[0]["images"])
    members = {}
    for space, half, seen in (("a", 1, feature_extractor_seen), ("b", 0, second_feature_extractor_seen)):
        chosen = np.flatnonzero(train["half"] == half)
        chosen = chosen[np.random.default_rng(MEMBERS_SEED).permutation(len(chosen))[:most]]
        drawn = {name: gather(train[name], chosen) for name in ("images", "image_ids")}
        assert_unseen(drawn, "training", seen)
        members[f"features_{space}"] = drawn["images"]
    members["pixels"] = join([*members.values()])
    union = draw({"images": join([members["pixels"], new])}, FITTED, FITTED_SEED)["images"]
    pixels = fit_pixel_components(union)
    arrays: Arrays = {"n_training": np.array(len(train["labels"])), "is_test": is_test, **pixels._asdict()}
    for space, features_of in feature_spaces(feature_extractor, second_feature_extractor, pixels).items():
        arrays[f"held_out_{space}"] = features_of(new)
        arrays[f"members_{space}"] = features_of(members[space])
    return arrays


def distances_to(
    generated: np.ndarray,
    feature_extractor: KerasModel,
    second_feature_extractor: KerasModel,
    reference_memorization: Arrays,
) -> dict[str, Arrays]:
    """`members` and `held_out`: feature space -> (n,) distances to the nearest of the generated images.

    Args:
        reference_memorization: of `extract_memorization_features`.
    """
    pixels = PixelComponents(reference_memorization["mean"], reference_memorization["components"])
    distances: dict[str, Arrays] = {"members": {}, "held_out": {}}
    for space, features_of in feature_spaces(feature_extractor, second_feature_extractor, pixels).items():
        features = features_of(generated)
        for role, by_space in distances.items():
            by_space[space] = nearest(reference_memorization[f"{role}_{space}"], features).distance
    return distances
