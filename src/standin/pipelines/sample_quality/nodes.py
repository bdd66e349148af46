"""Nodes that run networks for one generative model; metrics and figures then need arrays only.

They are in a separate module: a change of a metric does not run networks again.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from standin.core.leakage import as_bytes, assert_unseen, image_hashes, seen_arrays
from standin.data.subset import draw, imputed_images
from standin.io.large_arrays import join
from standin.metrics.pixel_components import PixelComponents
from standin.pipelines.references.images import half_b
from standin.pipelines.references.memorization import distances_to

FEW = 1000
"""With fewer validation images, they and test images are divided into two parts of this size at most."""

Arrays = dict[str, np.ndarray]
Model = Any  # keras.Model, standin.training.GenerativeModel: Keras is imported when a node runs
GENERATED_SEED, IMPUTED_SEED = 0, 3
"""Seeds of the draws of generated images; `standin.pipelines.references.images` has those of real ones."""


def check_leakage(
    labeled_synthetic: Arrays,
    train: Arrays,
    validation: Arrays,
    test: Arrays,
    oracle_seen: Arrays,
    feature_extractor_seen: Arrays,
    regressor_seen: Arrays | None = None,
) -> dict[str, Any]:
    """Makes sure that no model is scored on images it was trained on. All nodes that score wait for the report.

    Returns:
        The numbers of `test` and `validation` images, and the `models` that saw none of them; not the generator of
        images from elsewhere, if it is unknown what it was trained on.

    Raises:
        LeakError: the generative model, the pseudo-labeler or a reference model saw a test or validation image, or the
            feature extractor one of half B.
    """
    seen = seen_arrays(labeled_synthetic) | oracle_seen | feature_extractor_seen | (regressor_seen or {})
    generator = ["generative_model"] if str(labeled_synthetic.get("made_from")) != "unknown" else []
    models = [*generator, "oracle", "feature_extractor", *(["regressor"] if regressor_seen is not None else [])]
    for name, held_out in (("test", test), ("validation", validation)):
        assert_unseen(held_out, name, seen, models)
    assert_unseen(half_b(train), "half-B training", feature_extractor_seen)
    return {"models": models, "test": len(test["labels"]), "validation": len(validation["labels"])}


def n_compared(validation: int, test: int) -> int:
    """How many generated images are compared with as many test images, from the numbers of these."""
    return min(test, max(validation, min(FEW, (validation + test) // 2)))


def extract_sample_features(
    leakage_report: Mapping[str, Any],
    feature_extractor: Model,
    second_feature_extractor: Model,
    labeled_synthetic: Arrays,
    train: Arrays,
    reference_memorization: Arrays,
    sample_quality: Mapping[str, Any],
    withheld_subset: Mapping[str, Any] | None,
) -> tuple[Arrays, Arrays]:
    """Features of randomly drawn generated images, as many as real ones to compare them with; and distances from
    training and held-out images to their nearest one among all generated images.

    Args:
        leakage_report: has the numbers of `test` and `validation` images.
        reference_memorization: of `extract_memorization_features`.
        sample_quality: `max_images`, the largest number.
        withheld_subset: the training images that are left out; None: none.

    Returns:
        `generated` (n, d), with `generated_pixels` (n, k), `generated_labels` (n,) and, for images
        with conditions, `generated_conditions` (n, conditions); `imputed` (m, d) where images take the place of
        withheld ones. And the distances
        `members_<space>` and `held_out_<space>` (n,), with `n_training`, `n_generated` and
        `n_copies` (), the generated images that equal a training image.
    """
    from standin.training.inference import features_of

    most = sample_quality["max_images"]
    n = n_compared(leakage_report["validation"], leakage_report["test"])
    drawn = draw(labeled_synthetic, min(most, n), GENERATED_SEED)
    pixels = PixelComponents(reference_memorization["mean"], reference_memorization["components"])
    features = {"generated": features_of(feature_extractor, drawn["images"])}
    features["generated_pixels"] = pixels.project(drawn["images"])
    features |= {f"generated_{name}": drawn[name] for name in ("labels", "conditions") if name in drawn}
    if withheld_subset is not None:
        imputed = draw(imputed_images(labeled_synthetic, train["missing"]), most, IMPUTED_SEED)
        if len(imputed["images"]):
            features["imputed"] = features_of(feature_extractor, imputed["images"])
    everything = join([labeled_synthetic[name] for name in ("images", "imputed_images") if name in labeled_synthetic])
    by_role = distances_to(everything, feature_extractor, second_feature_extractor, reference_memorization)
    distances = {f"{role}_{space}": values for role, by_space in by_role.items() for space, values in by_space.items()}
    copies = np.isin(as_bytes(image_hashes(everything)), as_bytes(image_hashes(train["images"])))
    counts = {
        "n_training": reference_memorization["n_training"],
        "n_generated": np.array(len(everything)),
        "n_copies": np.array(int(copies.sum())),
    }
    return features, distances | counts


def predict_samples(
    leakage_report: Mapping[str, Any],
    oracle: Model,
    synthetic: Arrays,
    labeled_synthetic: Arrays,
    sample_quality: Mapping[str, Any],
    regressor: Model | None = None,
) -> Arrays:
    """Outputs of the oracle and the regressor for at most `max_images` (of `sample_quality`) generated images.

    Args:
        leakage_report: not read; the node waits for it.
        regressor: for data sets with conditions.

    Returns:
        Probabilities (n, classes) of the first `samples`, none left out, and of the first `labeled` ones, with their
        `labels` (n,), if they have any; for models of conditions also `readings` and `conditions` (n, conditions).
    """
    from standin.training.inference import outputs_of, predict

    most = sample_quality["max_images"]
    predictions = {"samples": predict(oracle, synthetic["images"][:most])}
    if "labels" in labeled_synthetic:
        predictions["labeled"] = predict(oracle, labeled_synthetic["images"][:most])
        predictions["labels"] = labeled_synthetic["labels"][:most]
    if regressor is not None and "conditions" in labeled_synthetic:
        drawn = draw(labeled_synthetic, most, GENERATED_SEED)
        predictions["readings"] = outputs_of(regressor, drawn["images"])
        predictions["conditions"] = drawn["conditions"]
    return predictions


def probe_model(
    leakage_report: Mapping[str, Any],
    generative_model: Model,
    snapshots: Arrays,
    train: Arrays,
    test: Arrays,
    oracle: Model,
    sample_quality: Mapping[str, Any],
) -> Arrays:
    """Outputs of `standin.pipelines.sample_quality.probes` for the capabilities that the generative model declares;
    none for a model that only samples.

    Args:
        leakage_report: not read; the node waits for it.
        snapshots: with the weights of the model at several epochs, where it keeps them.
        sample_quality: `shown_conditions`, for which a model of conditions generates images.
    """
    from standin.pipelines.sample_quality import probes

    outputs: Arrays = {}
    if "autoencoder" in generative_model.capabilities:
        outputs |= probes.probe_autoencoder(generative_model, snapshots, train, test, oracle)
    if "codes" in generative_model.capabilities:
        outputs |= probes.probe_codes(generative_model, train, test, oracle)
    if generative_model.condition == "conditions" and sample_quality["shown_conditions"]:
        outputs |= probes.sample_at_conditions(generative_model, train, sample_quality["shown_conditions"])
    return outputs
