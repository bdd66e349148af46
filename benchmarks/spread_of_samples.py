"""How far samples differ from each other early in the game, by the activation of the generator's first hidden layer.

    python -m benchmarks.spread_of_samples tanh relu

Trains `infogan` (without its codes' bounds) on colored MNIST and prints, every 200 steps, the standard deviation of a
pixel over 500 samples, the mean over pixels. Needs data/01_raw/mnist.npz; about half a minute an activation.
"""

import argparse

import keras
import numpy as np

from standin.core.images import to_float
from standin.data import color_mnist
from standin.training import Batches, build_model, fit_batches

PRINTED, STEPS, ROWS = 200, 600, 64
SAMPLES = 500


def spread(images: np.ndarray) -> float:
    """Standard deviation of a pixel over images (n, height, width, channels) in [-1, 1], the mean over pixels."""
    return float(images.std(axis=0).mean())


def measure(images: np.ndarray, activation: str) -> list[float]:
    """The spread of samples after each `PRINTED` steps."""
    model = build_model(
        "standin.models.infogan.InfoGAN",
        images.shape[1:],
        10,
        0,
        {
            "hidden_activation": activation,
            "hidden": 256,
            "width": 32,
            "loss": "non_saturating",
            "gradient_penalty": 0.0,
            "generator_learning_rate": 2e-4,
            "discriminator_learning_rate": 2e-4,
            "category_weight": 0.0,
            "continuous_weight": 0.0,
        },
    )
    found: list[float] = []
    seen = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: found.append(spread(np.concatenate(list(model.sample(SAMPLES, seed=0)))))
    )
    batches = Batches({"images": images}, batch_size=ROWS, steps=PRINTED, seed=0)
    fit_batches(model, batches, epochs=STEPS // PRINTED, callbacks=[seen])
    return found


def main() -> None:
    """Measures the activations asked for, and real images."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("activations", nargs="*", default=["tanh", "relu"])
    images = color_mnist.load("data/01_raw/mnist.npz").splits["train"]["images"]
    print(f"real images: {spread(to_float(images[:SAMPLES])):.3f}")
    for activation in parser.parse_args().activations:
        print(f"{activation}: " + ", ".join(f"{value:.3f}" for value in measure(images, activation)), flush=True)


if __name__ == "__main__":
    main()
