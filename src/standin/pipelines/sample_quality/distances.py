"""In the extractor's features: are generated images spread as real ones are, and are they copies?

Generated rows are compared with test rows, and with half B of the train rows, which the extractor has not seen either.
Validation rows in the place of the generated ones, as many, set the value to expect.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from standin.core.errors import TooFewRows
from standin.core.remembering import remembering
from standin.data.subset import imputed_images, on_withheld
from standin.figures.neighbors import Pairs, nearest_images
from standin.io.large_arrays import gather
from standin.metrics.c2st import two_sample_accuracy
from standin.metrics.diversity import diversity, diversity_at_conditions
from standin.metrics.frechet import frechet_distance
from standin.metrics.kid import kid
from standin.metrics.label_distribution import label_tv_distance
from standin.metrics.memorization import Neighbors, authenticity, data_copying, nearest
from standin.metrics.neighborhoods import Neighborhoods, neighborhoods
from standin.metrics.proportion import Proportion
from standin.pipelines.sample_quality.findings import MetricResult, Panel, Part, counted, draw, of_proportion

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs
SHOWN = 12
"""Pairs in each part of the picture of nearest training images."""

NEIGHBORHOOD_MEANINGS = {
    "precision": "share of generated images that lie among real ones: inside the ball that reaches from some real "
    "image to its fifth neighbor",
    "recall": "share of real images that lie among generated ones, seen in the same way: low where only part of the "
    "variety is drawn",
    "density": "how many such balls of real images a generated one lies in, in fifths; above 1 where generated images "
    "crowd among the commonest real ones",
    "coverage": "share of real images that have a generated one among their neighbors: low where kinds of images are "
    "missing",
}


def evaluate_distances(
    feature_extractor: KerasModel,
    labeled: Arrays,
    train: Arrays,
    validation: Arrays,
    test: Arrays,
    rows: int,
    experiment: str,
    withheld_subset: Mapping[str, Any] | None = None,
) -> Part:
    """Distances between generated and real images.

    Args:
        labeled: generated rows with labels.
        rows: at most so many of each kind are compared; always equal numbers, drawn at random.
        experiment: what the figure calls it.
        hole: which train rows were taken out. New rows of their kind lie far from all that are left, and say nothing of
            how close an image may come.
    """
    from standin.training.inference import features_of

    n = min(rows, len(labeled["labels"]), len(validation["labels"]), len(test["labels"]))
    made, other, tested = (draw(arrays, n, seed) for seed, arrays in enumerate((labeled, validation, test)))
    inside, test_inside = (
        np.zeros(n, bool) if withheld_subset is None else on_withheld(rows | drawn, withheld_subset)
        for rows, drawn in ((validation, other), (test, tested))
    )
    for arrays in (made, other, tested):
        arrays["features"] = features_of(feature_extractor, arrays["images"])
    unseen = gather(train["images"], np.flatnonzero(train["half"] == 1))
    training = features_of(feature_extractor, unseen)
    findings = [
        _of_features(made, tested),
        *_where_rows_suffice(lambda: _of_distribution(made, other, tested)),
        *_where_rows_suffice(lambda: _of_classes(made, other, tested, len(train["class_names"]))),
        *_where_rows_suffice(lambda: _of_conditions(made, other, tested)),
        *_of_copies(made["features"], other["features"][~inside], tested["features"][~test_inside], training),
    ]
    if withheld_subset is not None:
        fill = draw(imputed_images(labeled, train["missing"]), rows, seed=3)
        findings += _of_fill(feature_extractor, fill, [other["features"][rows] for rows in (inside, ~inside)], training)
    closest = nearest(made["features"], training)
    picture = _nearest_training_images(made["images"], unseen, closest, experiment)
    return counted(findings, n), {"nearest_training_images": picture}


def _of_features(made: Arrays, tested: Arrays) -> MetricResult:
    generated, real = (
        len(np.unique(arrays["features"], axis=0)) / len(arrays["features"]) for arrays in (made, tested)
    )
    return MetricResult(
        "distinct_features",
        generated,
        "share of different rows of features among generated images: low where one image is drawn again and "
        "again; where real images have few too, units of the extractor have died, and no distance below can be trusted",
        real,
    )


class Compared(NamedTuple):
    """How one set of rows lies beside real ones, in features."""

    around: Neighborhoods
    frechet: float
    kernel: float
    told: Proportion


@remembering(most=2)
def _compared(rows: np.ndarray, real: np.ndarray) -> Compared:
    return Compared(
        neighborhoods(rows, real),
        frechet_distance(rows, real),
        kid(rows, real),
        two_sample_accuracy(rows, real),
    )


def _of_distribution(made: Arrays, other: Arrays, tested: Arrays) -> list[MetricResult]:
    # The real ones first: of two results that are remembered, theirs is wanted again.
    floor, found = (_compared(arrays["features"], tested["features"]) for arrays in (other, made))
    return [
        *(
            MetricResult(name, getattr(found.around, name), meaning, getattr(floor.around, name))
            for name, meaning in NEIGHBORHOOD_MEANINGS.items()
        ),
        MetricResult(
            "fd",
            found.frechet,
            "between Gaussians fitted to generated and to real images: 0 where means and covariances agree; what else "
            "differs it does not see",
            floor.frechet,
        ),
        MetricResult(
            "kid",
            found.kernel,
            "KID, squared maximum mean discrepancy: around 0 where both are of one kind",
            floor.kernel,
        ),
        of_proportion(
            "c2st_accuracy",
            found.told,
            floor.told,
            "share of generated and real images that a classifier made for it tells rightly: a half where it cannot",
        ),
    ]


def _of_classes(made: Arrays, other: Arrays, tested: Arrays, n_classes: int) -> list[MetricResult]:
    generated, held_out = (label_tv_distance(rows["labels"], tested["labels"], n_classes) for rows in (made, other))
    varied, varied_real = (diversity(*_pair(rows), *_pair(tested)) for rows in (made, other))
    return [
        MetricResult(
            "label_tv_distance",
            generated,
            "share of generated images that would have to be of another class for the classes to have their shares "
            "among real images",
            held_out,
        ),
        MetricResult(
            "diversity",
            varied,
            "mean distance between two generated images of a class, in units of that between two real ones: 0 where "
            "all are alike, above 1 also where labels are wrong",
            varied_real,
        ),
    ]


def _of_conditions(made: Arrays, other: Arrays, tested: Arrays) -> list[MetricResult]:
    if "conditions" not in made:
        return []
    varied, varied_real = (
        diversity_at_conditions(rows["features"], rows["conditions"], tested["features"], tested["conditions"])
        for rows in (made, other)
    )
    return [
        MetricResult(
            "diversity_at_conditions",
            varied,
            "mean distance between generated images of nearly the same conditions, in units of that between real ones: "
            "0 where what is asked for decides the whole image, above 1 also where it is not drawn",
            varied_real,
        )
    ]


def _of_copies(
    generated: np.ndarray, held_out: np.ndarray, tested: np.ndarray, training: np.ndarray
) -> list[MetricResult]:
    return [
        of_proportion(
            "authenticity",
            authenticity(generated, training),
            authenticity(held_out, training),
            "share of generated images that are not closer to a training image (of half B) than that is to the next "
            "one; copies of those have 0",
        ),
        *_where_rows_suffice(
            lambda: [
                MetricResult(
                    "c_t",
                    data_copying(generated, held_out, training),
                    "C_T: below about -3, generated images lie closer to training images than new real ones do",
                    _c_t_of_real(tested, held_out, training),
                )
            ]
        ),
    ]


def _c_t_of_real(tested: np.ndarray, held_out: np.ndarray, training: np.ndarray) -> float | None:
    """That of test rows; None where they are too few for it, which must not hide copies among generated ones."""
    try:
        return data_copying(tested, held_out, training)
    except TooFewRows:
        return None


def _of_fill(
    feature_extractor: KerasModel, fill: Arrays, held_out: list[np.ndarray], training: np.ndarray
) -> list[MetricResult]:
    """Of what takes the place of missing rows, against new real rows of their kind or of others, whichever lie closer:
    what is taken for that kind may be of another (a nine called seven, a seven of another color)."""
    from standin.training.inference import features_of

    if not len(fill["labels"]):
        return []
    share = authenticity(features_of(feature_extractor, fill["images"]), training)
    meaning = (
        "the same of the generated images that take the place of missing ones, beside new real ones of that kind or of "
        "the others, whichever have less"
    )
    real = min((authenticity(part, training) for part in held_out if len(part)), key=lambda found: found.share)
    return [of_proportion("imputed_authenticity", share, real, meaning)]


def _pair(arrays: Arrays) -> tuple[np.ndarray, np.ndarray]:
    return arrays["features"], arrays["labels"]


def _where_rows_suffice(found: Callable[[], list[MetricResult]]) -> list[MetricResult]:
    """The findings, or none where a metric says that it has too few rows."""
    try:
        return found()
    except TooFewRows:
        return []


def _nearest_training_images(generated: np.ndarray, training: np.ndarray, closest: Neighbors, experiment: str) -> Panel:
    shown = min(SHOWN, len(generated))
    by_distance = np.argsort(closest.distance, kind="stable")[:shown]
    strips = [
        Pairs(title, generated[rows], training[closest.rows[rows]])
        for title, rows in (
            (f"the {shown} closest of {len(generated):,}", by_distance),
            (f"{shown} at random", np.arange(shown)),
        )
    ]
    figure = nearest_images(strips, f"{experiment}: are they copies?")
    caption = (
        "Generated images, each above the training image (of half B) that is nearest to it in the extractor's "
        "features: first those that are closest of all, then some at random. A copy would look the same as what is "
        "below it."
    )
    return Panel(figure, caption)
