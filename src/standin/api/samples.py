"""`standin.evaluate_samples`: metrics of generated images, without training classifiers on them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from standin.api.compare import prepare
from standin.api.networks import GivenFeatures
from standin.api.result import quality_table
from standin.api.run import Progress, Results, run
from standin.api.steps import EXTRACTORS, METRICS, Step, metric_steps, reference_steps
from standin.core.errors import InputError
from standin.core.leakage import mark_seen
from standin.pipelines.references.images import extract_reference_features
from standin.pipelines.references.memorization import extract_memorization_features
from standin.pipelines.sample_quality.metric_nodes import compute_fidelity, compute_memorization
from standin.pipelines.sample_quality.nodes import extract_sample_features

BY_FEATURES = (
    extract_memorization_features,
    extract_reference_features,
    extract_sample_features,
    compute_fidelity,
    compute_memorization,
)
"""Functions of the steps that need features of images but no reference model."""


def evaluate_samples(
    real: Any,
    generated: Any,
    test: Any = None,
    *,
    features: Callable[[np.ndarray], Any] | None = None,
    feature_extractor: Callable[..., Any] | None = None,
    side: int | None = None,
    quick: bool = False,
    parameters: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Fidelity, diversity and memorization of generated images, each next to its value for real images.

    Features are those of two small networks, each trained on half of the real training images, and the principal
    components of pixels. An oracle, trained on all of them, tells whether images are recognizable and show their
    labels. Metrics that need labels are left out for images without any.

    Args:
        real, generated, test: as for `standin.compare`; `real` needs labels, by which it is split.
        features: a function (n, height, width, channels) uint8 -> (n, d), such as Inception or DINO features: it
            replaces the networks, and nothing is trained. Metrics are then those in its space and in pixels. It is
            called once for each different image; its features stay in memory.
        feature_extractor: a function (image_shape, n_classes) -> `keras.Model`, trained in place of the default one.
        side, quick, parameters, progress: as for `standin.compare`.

    Returns:
        A row for each metric of each set of generated images: `generated` (the set), `name`, `value`, `real` (the value
        to expect), the intervals of both, `n` images, `explanation`, and `reason` where there is no value. Its
        `attrs["notes"]` say what was resized, converted or ignored in the generated images.

    Raises:
        InputError: as for `standin.compare`, or `features` returns no features.
    """
    if features is not None and feature_extractor is not None:
        raise InputError("features and feature_extractor exclude each other: the first needs no network")
    given = None if features is None else GivenFeatures(features)
    _, results, named = prepare(
        real,
        generated,
        test,
        networks={"feature_extractor": feature_extractor},
        side=side,
        quick=quick,
        parameters=parameters,
    )
    names = [experiment.name for experiment in named]
    for name in names:
        results.experiments[name]["labeled_synthetic"] = results.experiments[name]["synthetic"]
    if given is not None:
        _use_features(given, results, names)
    steps: list[tuple[str | None, Step]] = [(None, step) for step in reference_steps()]
    steps += [(name, step) for name in names for step in metric_steps()]
    run([(name, step) for name, step in steps if given is None or step.function in BY_FEATURES], results, progress)
    found = {name: [results.experiments[name].get(part, []) for part in METRICS] for name in names}
    table = quality_table({name: [metric for part in parts for metric in part] for name, parts in found.items()})
    notes = {name: results.experiments[name]["synthetic"]["notes"].tolist() for name in names}
    table.attrs["notes"] = [f"{name}: {note}" for name, of_set in notes.items() for note in of_set]
    return table


def _use_features(given: GivenFeatures, results: Results, names: list[str]) -> None:
    """Puts the function in the place of both extractors. None of the images trained it here: memorization is tested
    on each half of the training images, in the same space."""
    arrays = results.shared
    none = mark_seen(
        "feature_extractor", {"images": arrays["train"]["images"][:0], "image_ids": np.array([], np.int64)}
    )
    for extractor in EXTRACTORS:
        arrays |= {extractor: given, f"{extractor}_seen": none}
    counts = {part: len(arrays[part]["labels"]) for part in ("test", "validation")}
    for name in names:
        results.experiments[name]["leakage_report"] = counts
