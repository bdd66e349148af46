"""Membership inference: are training images closer to the generated images than held-out real images are?

A model that repeats training images, exactly or roughly, generates images close to them, and not to images that it
never saw. Averages over the generated images, such as authenticity, let poor images outweigh copies; here each
training image (a member) is compared by itself with all generated images.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.registry import metric

LEVEL = 0.001
"""Adjusted p-value below which a test counts."""
MIN_AUC = 0.6
"""Least AUC that counts, however small its p-value. Any model fits its training images better than others: a Gaussian
per class, which cannot copy, reaches .56 with 125 images per class, a mixture of them .58."""
FALSE_POSITIVES = (0.01, 0.001)
"""Rates of held-out images that the tail tests take for members; reports show the first."""
MIN_HELD_OUT = 10
SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Proportions of copies among the generated images that `detectable_copies` tries."""
REFERENCE = "Carlini et al. 2022, Membership Inference Attacks From First Principles"

Distances = Mapping[str, np.ndarray]
"""Feature space -> (n,) distances to the nearest generated image. A space `features_a` is part of `features`."""


class Membership(NamedTuple):
    """How well the distance to the nearest generated image tells members from held-out images.

    Attributes:
        auc: probability that a member is closer than a held-out image (ties: one half); .5 without memorization.
        tpr: proportion of members closer than all but 1% of the held-out images; .01 without memorization.
        auc_p, tpr_p: one-sided p-values of both, adjusted for the number of tests (Bonferroni).
    """

    auc: float
    tpr: float
    auc_p: float
    tpr_p: float

    @property
    def detected(self) -> bool:
        """Whether training images were memorized."""
        return (self.auc_p < LEVEL and self.auc >= MIN_AUC) or self.tpr_p < LEVEL


def membership(members: np.ndarray, held_out: np.ndarray, tests: int = 1) -> Membership:
    """Tests of membership in one feature space.

    The Mann-Whitney test finds many images that are slightly too close. The tail tests find few that are copied: they
    count the members closer than the k-th closest held-out image. Without memorization all orders are equally likely,
    so that the count has a negative hypergeometric distribution.

    Args:
        members: (n,) distances of images that the model was trained on.
        held_out: (m,) distances of images from the same source that it was not trained on.
        tests: how many times such tests are made on one model.

    Raises:
        TooFewImages: no members, or fewer than ten held-out images.
    """
    from scipy import stats

    n, m = len(members), len(held_out)
    if not n or m < MIN_HELD_OUT:
        raise TooFewImages(f"members and at least {MIN_HELD_OUT} held-out images are needed, got {n} and {m}")
    ranks = stats.mannwhitneyu(members, held_out, alternative="less", method="asymptotic")
    ordered, closer, tails = np.sort(held_out), [], []
    for rate in FALSE_POSITIVES:
        k = max(1, int(rate * m))
        closer.append(int((members < ordered[k - 1]).sum()))
        # `closer` members come before the k-th held-out image: the first images have at most k - 1 held-out ones.
        tails.append(float(stats.hypergeom.cdf(k - 1, n + m, m, closer[-1] + k - 1)) if closer[-1] else 1.0)
    adjusted = tests * (1 + len(tails))
    return Membership(
        auc=float(1 - ranks.statistic / (n * m)),
        tpr=closer[0] / n,
        auc_p=min(1.0, adjusted * float(ranks.pvalue)),
        tpr_p=min(1.0, adjusted * min(tails)),
    )


@metric(
    "membership_auc_{key}",
    label="membership AUC, {key}",
    group="membership",
    better=0.5,
    reference=REFERENCE,
    field="auc",
    explanation="probability that a training image is closer to its nearest generated image than a held-out real image "
    "is; 0.5 unless training images were memorized",
)
@metric(
    "membership_tpr_{key}",
    label="membership TPR at 1% FPR, {key}",
    group="membership",
    better=0.01,
    reference=REFERENCE,
    field="tpr",
    explanation="proportion of training images that are closer to a generated image than all but 1% of held-out real "
    "images are; 0.01 unless training images were memorized",
)
@metric(
    "membership_auc_p_{key}",
    label="p-value of the AUC, {key}",
    group="membership",
    better="higher",
    reference="Mann and Whitney 1947",
    field="auc_p",
    explanation="probability of an AUC this high without memorization, adjusted for the number of tests",
)
@metric(
    "membership_tpr_p_{key}",
    label="p-value of the TPR, {key}",
    group="membership",
    better="higher",
    reference="negative hypergeometric distribution",
    field="tpr_p",
    explanation="probability of a TPR this high without memorization, at 1% or 0.1% FPR, adjusted for the number of "
    "tests",
)
def membership_by_space(members_distances: Distances, held_out_distances: Distances) -> dict[str, Membership]:
    """`membership` in each feature space: means over its parts, and the smallest p-value.

    Args:
        members_distances, held_out_distances: with the same keys.

    Raises:
        TooFewImages: too few images in one of them.
    """
    by_space: dict[str, list[Membership]] = {}
    for key, members in members_distances.items():
        tested = membership(members, held_out_distances[key], tests=len(members_distances))
        by_space.setdefault(key.partition("_")[0], []).append(tested)
    return {
        space: Membership(
            auc=float(np.mean([part.auc for part in parts])),
            tpr=float(np.mean([part.tpr for part in parts])),
            auc_p=min(part.auc_p for part in parts),
            tpr_p=min(part.tpr_p for part in parts),
        )
        for space, parts in by_space.items()
    }


@metric(
    "exact_copies",
    label="exact copies",
    group="membership",
    better="lower",
    reference="hashes of all pixels",
    explanation="proportion of generated images that equal a training image, pixel by pixel",
)
def exact_copies(n_copies: int, n_generated: int) -> float:
    """The proportion of copies among the generated images."""
    return n_copies / n_generated


@metric(
    "detectable_copies",
    label="detectable copies",
    group="membership",
    better="lower",
    reference="this test, repeated with copies of training images among the generated ones",
    explanation="smallest proportion of near copies of training images among the generated images that the "
    "membership tests would find",
)
def detectable_copies(
    members_distances: Distances, held_out_distances: Distances, n_training: int, n_generated: int, seed: int = 0
) -> float:
    """The smallest of `SHARES` of near copies that the tests would find.

    Copies of random training images are put among the generated images: each copied member then has distance 0.

    Args:
        n_training, n_generated: numbers of all training and of all generated images.
        seed: of the copied images.

    Raises:
        TooFewImages: the tests would not find even the largest.
    """
    generator = np.random.default_rng(seed)
    order = {key: generator.random(len(distances)) for key, distances in members_distances.items()}
    for share in SHARES:
        # Drawn with replacement, as generators would repeat images.
        copied = -np.expm1(-share * n_generated / n_training)
        planted = {key: np.where(order[key] < copied, 0.0, values) for key, values in members_distances.items()}
        if any(tested.detected for tested in membership_by_space(planted, held_out_distances).values()):
            return share
    raise TooFewImages("copies would not be found among so few images")
