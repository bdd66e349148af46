"""What an autoencoder can show: its loss on test rows, what it keeps of them, and its latent space, by epoch."""

from typing import Any, NamedTuple

import numpy as np

from standin.core.images import to_float
from standin.figures.latents import latent_scatter, manifold
from standin.figures.reconstructions import reconstructions_by_epoch
from standin.metrics.autoencoder import neighbor_accuracy
from standin.metrics.recognition import agreement
from standin.pipelines.sample_quality.findings import MetricResult, Panel, Part, counted

Arrays = dict[str, np.ndarray]
Model = Any  # keras.Model, standin.training.GenerativeModel: Keras is imported when a node runs
CHUNK = 1000
NOISE_SEED = 0
SHOWN = 30
MANIFOLD_SIDE, MANIFOLD_REACH = 30, 4.0


class State(NamedTuple):
    """An autoencoder at one epoch, on test rows.

    Attributes:
        error: squared error of the reconstruction from a drawn latent, summed over pixels in [0, 1], mean over rows.
        divergence: KL(q(z | x) || N(0, 1)), mean over rows.
        codes: (n, latent_dim) means of q(z | x).
        reconstructions: (n, height, width, channels) uint8, from the means.
        drawn_reconstructions: the same from drawn latents, whose error is `error`.
    """

    error: float
    divergence: float
    codes: np.ndarray
    reconstructions: np.ndarray
    drawn_reconstructions: np.ndarray


def evaluate_autoencoder(
    model: Model, snapshots: Arrays, train: Arrays, test: Arrays, oracle: Model, experiment: str
) -> Part:
    """Scores on test rows at the last epoch; pictures at each epoch whose weights were kept."""
    from standin import training
    from standin.training.inference import predict

    epochs = sorted({int(name.split("_")[1]) for name in snapshots if name.startswith("weights_")})
    last = training.trainable_arrays(model)
    states = {}
    for epoch in epochs:
        count = sum(name.startswith(f"weights_{epoch}_") for name in snapshots)
        training.set_trainable_arrays(model, [snapshots[f"weights_{epoch}_{i}"] for i in range(count)])
        states[epoch] = reconstruct(model, test)
    training.set_trainable_arrays(model, last)
    end = reconstruct(model, test)
    told = " (the model is told the class)" if model.condition else ""
    kept = agreement(predict(oracle, end.reconstructions), test["labels"])
    kept_drawn = agreement(predict(oracle, end.drawn_reconstructions), test["labels"])
    real = agreement(predict(oracle, test["images"]), test["labels"]).share
    codes = reconstruct(model, train).codes
    neighbors = neighbor_accuracy(codes, train["labels"], end.codes, test["labels"])
    pixels = int(np.prod(test["images"].shape[1:]))
    findings = [
        MetricResult(
            "test_loss",
            end.error + end.divergence,
            f"loss on all {len(test['labels']):,} test rows: {pixels} x MSE on [0, 1] from a drawn latent, plus KL"
            + told,
        ),
        MetricResult("test_reconstruction_error", end.error, f"its first part: {pixels} x MSE"),
        MetricResult("test_kl_divergence", end.divergence, "its second part: KL divergence from N(0, 1)"),
        MetricResult(
            "label_preservation",
            kept.share,
            "share of test rows whose reconstruction, from the mean latent, the oracle still takes for their class"
            + told,
            real,
            kept.low,
            kept.high,
        ),
        MetricResult(
            "label_preservation_drawn",
            kept_drawn.share,
            "the same from a drawn latent",
            real,
            kept_drawn.low,
            kept_drawn.high,
        ),
        MetricResult(
            "latent_neighbor_accuracy",
            neighbors,
            "share of test rows whose class the 15 nearest latents of train rows name",
        ),
    ]
    return counted(findings, len(test["labels"])), _pictures(model, states or {0: end}, test, oracle, experiment)


def _pictures(model: Model, states: dict[int, State], test: Arrays, oracle: Model, experiment: str) -> dict[str, Panel]:
    from standin.training.inference import predict

    names = test["class_names"].tolist()
    shown = {epoch: state.reconstructions[:SHOWN] for epoch, state in states.items()}
    calls = {epoch: predict(oracle, images).argmax(axis=1) for epoch, images in shown.items()}
    call = predict(oracle, test["images"][:SHOWN]).argmax(axis=1)
    truth = test["labels"][:SHOWN]
    right = ", ".join(f"{(called == truth).sum()} at epoch {epoch}" for epoch, called in calls.items() if epoch)
    pictures = {
        "reconstructions": Panel(
            reconstructions_by_epoch(
                test["images"][:SHOWN],
                truth,
                shown,
                calls,
                call,
                names,
                f"{experiment}: test rows and their reconstructions",
            ),
            f"The first {len(truth)} test rows and what the model makes of them, each under what the oracle takes it "
            f"for; framed where that is wrong. Right of {len(truth)}: {(call == truth).sum()} of the rows themselves, "
            f"{right or (calls[0] == truth).sum()}.",
        )
    }
    if model.latent_dim != 2:
        return pictures
    codes = {epoch: state.codes for epoch, state in states.items()}
    axis = np.linspace(-MANIFOLD_REACH, MANIFOLD_REACH, MANIFOLD_SIDE, dtype=np.float32)
    across, up = np.meshgrid(axis, axis[::-1])
    grid = _images(model.decode(np.stack([across.ravel(), up.ravel()], axis=1)))
    return pictures | {
        "latent_scatter": Panel(
            latent_scatter(codes, test["labels"], names, f"{experiment}: test rows in the latent space"),
            "Where each test row lies in the two-dimensional latent space, by class, at several epochs. The model was "
            "never told a class.",
        ),
        "manifold": Panel(
            manifold(grid, MANIFOLD_SIDE, MANIFOLD_REACH, f"{experiment}: what each place of the latent space draws"),
            f"Images decoded from an even grid of {MANIFOLD_SIDE} x {MANIFOLD_SIDE} latents over "
            f"[-{MANIFOLD_REACH:g}, {MANIFOLD_REACH:g}] x [-{MANIFOLD_REACH:g}, {MANIFOLD_REACH:g}].",
        ),
    }


def reconstruct(model: Model, rows: Arrays) -> State:
    """Encodes and reconstructs rows, in chunks, with drawn latents that are the same for every epoch; a model of labels
    is told each row's."""
    import keras

    rng = np.random.default_rng(NOISE_SEED)
    errors, divergences, codes, made, made_of_drawn = [], [], [], [], []
    for start in range(0, len(rows["images"]), CHUNK):
        images = to_float(rows["images"][start : start + CHUNK])
        label = rows["labels"][start : start + CHUNK] if model.condition else None
        mean, log_variance = (keras.ops.convert_to_numpy(part) for part in model.encode(images, label))
        noise = rng.standard_normal(mean.shape).astype(np.float32)
        decoded = keras.ops.convert_to_numpy(model.decode(mean + np.exp(log_variance / 2) * noise, label))
        errors.append(((decoded - (images + 1) / 2) ** 2).sum(axis=(1, 2, 3)))
        divergences.append((np.exp(log_variance) + mean**2 - 1 - log_variance).sum(axis=1) / 2)
        codes.append(mean)
        made.append(_images(model.decode(mean, label)))
        made_of_drawn.append(_images(decoded))
    error, divergence = (float(np.concatenate(parts).mean()) for parts in (errors, divergences))
    return State(error, divergence, *(np.concatenate(parts) for parts in (codes, made, made_of_drawn)))


def _images(decoded: Any) -> np.ndarray:
    """[0, 1] -> uint8."""
    import keras

    return np.rint(keras.ops.convert_to_numpy(decoded) * 255).astype(np.uint8)
