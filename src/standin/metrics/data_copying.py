"""C_T: do generated images lie closer to training images than new real ones do? (Meehan et al. 2020)"""

import numpy as np

from standin.core.errors import TooFewImages
from standin.metrics.nearest import nearest
from standin.metrics.registry import metric

MIN_PER_CELL = 10
"""Generated and held-out images that a cell must have to count."""


@metric(
    "c_t",
    label="C_T",
    group="data_copying",
    better=0.0,
    reference="Meehan et al. 2020, A Non-Parametric Test to Detect Data-Copying, section 4",
    explanation="below about -3, generated images lie closer to training images than new real ones do; far above 0, "
    "they lie farther",
)
def data_copying(
    generated: np.ndarray, held_out: np.ndarray, training: np.ndarray, cells: int = 10, seed: int = 0
) -> float:
    """C_T: well below 0 where generated images lie closer to training images than held-out real images do, above 0
    where they lie farther (underfitting).

    k-means on the training images divides space into cells. In each, a Mann-Whitney test compares the distances to the
    nearest training image of generated and of held-out images. C_T is the mean of their z-scores, weighted by the
    held-out images in each cell. Cells with fewer than ten generated or held-out images do not count.

    Args:
        generated, held_out, training: (n, d), (m, d), (k, d) features.
        cells, seed: of k-means.

    Raises:
        TooFewImages: no cell has enough images.
    """
    from scipy import stats
    from sklearn.cluster import KMeans

    clusters = KMeans(n_clusters=min(cells, len(training)), n_init=1, random_state=seed).fit(training)
    cell_of = [clusters.predict(part.astype(training.dtype, copy=False)) for part in (generated, held_out)]
    distances = [nearest(part, training).distance for part in (generated, held_out)]
    scores, weights = [], []
    for cell in range(clusters.n_clusters):
        to_training = [distance[inside == cell] for distance, inside in zip(distances, cell_of, strict=True)]
        n, m = map(len, to_training)
        if min(n, m) < MIN_PER_CELL:
            continue
        statistic = stats.mannwhitneyu(*to_training, alternative="two-sided", method="asymptotic").statistic
        scores.append((statistic - n * m / 2) / np.sqrt(n * m * (n + m + 1) / 12))
        weights.append(m)
    if not scores:
        raise TooFewImages(
            f"no cell has ten generated and ten held-out images, got {len(generated)} and {len(held_out)}"
        )
    return float(np.average(scores, weights=weights))
