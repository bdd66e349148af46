"""Trains and samples one generative model from an npz file, without Kedro and MLflow.

    python -m standin.training --data train.npz --model standin.models.dcgan.DCGAN --out result --epochs 50
    KERAS_BACKEND=jax python -m standin.training ... --set width=128 --set moving_average=0.999

`--data` contains `images` (n, height, width[, channels]) uint8 and `labels` (n,) or `conditions` (n, k), or `x_train`
and `y_train`. The folder `--out` receives `generative_model.keras`, `history.csv`, `snapshots.npz`, `samples.npz`, and,
if the data has `image_ids`, `generative_model_seen.npz`; until all are written also `checkpoint.npz`, from which the
same command resumes. With `--precision mixed_bfloat16`, snapshots and samples are computed with 16 bits; the model
loaded from its file computes in float32. All files except the samples are those of a pipeline, which can continue from
a model trained elsewhere (docs/extending.md).
"""

import argparse
import ast
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from standin.core.errors import InputError, TrainingError
from standin.core.images import stored
from standin.core.leakage import mark_seen
from standin.io.atomic import atomic_write
from standin.io.large_arrays import collect
from standin.io.npz import load_npz
from standin.training import Checkpoint, GenerativeModel, backend, build_model, data_parallel, train
from standin.training.precision import PRECISIONS

SNAPSHOT_EPOCHS = [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000]


def main(argv: list[str] | None = None) -> None:
    """Runs the command line; it ends with one sentence and status 2 on a wrong argument, a failed training run, or a
    file that cannot be read or written."""
    parser = _parser()
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("standin.training").setLevel(logging.DEBUG)  # the losses of each epoch
    try:
        with data_parallel(options.devices, options.batch_size):
            run(options)
    except (InputError, TrainingError, OSError) as error:
        parser.error(str(error))


def run(options: argparse.Namespace) -> None:
    """Loads, trains, samples, writes."""
    arrays = _load(options.data)
    images = arrays["images"]
    n_classes = int(arrays["labels"].max()) + 1 if "labels" in arrays else 0
    n_conditions = arrays["conditions"].shape[1] if "conditions" in arrays else 0
    logging.info("Training on %s.", backend.device())
    arguments = dict(options.set)
    model = build_model(
        options.model, images.shape[1:], n_classes, options.seed, arguments, n_conditions, options.precision
    )
    condition = arrays.get(str(model.condition))
    out, checkpoint = Path(options.out), Checkpoint(options.out)
    training = train(
        model,
        images,
        condition,
        epochs=options.epochs,
        batch_size=options.batch_size,
        seed=options.seed,
        snapshot_epochs=options.snapshot_epochs,
        checkpoint=checkpoint,
        checkpoint_every=options.checkpoint_every,
        augmentation={"flips": options.flips} if options.flips else None,
        min_steps=options.min_steps,
    )
    with atomic_write(out / "generative_model.keras") as file:
        model.save(file)
    with atomic_write(out / "history.csv") as file:
        pd.DataFrame(training.history).to_csv(file, index=False)
    results = {"snapshots": training.arrays(), "samples": _sampled(model, condition, images, options)}
    if "image_ids" in arrays:
        results["generative_model_seen"] = mark_seen("generative_model", arrays)
    for name, named in results.items():
        with atomic_write(out / f"{name}.npz") as file:
            np.savez(file, **named)  # type: ignore[arg-type]
    checkpoint.clear()
    logging.info("Wrote model, history, snapshots and %d samples to %s.", options.samples, out)


def _sampled(
    model: GenerativeModel, condition: np.ndarray | None, images: np.ndarray, options: argparse.Namespace
) -> dict[str, np.ndarray]:
    """`images` and, for conditional models, their conditions, which repeat those of the data in order."""
    if condition is not None:
        condition = np.resize(condition, (options.samples, *condition.shape[1:]))
    chunks = (stored(chunk, images.dtype) for chunk in model.sample(options.samples, options.seed + 1, condition))
    sampled = {"images": collect(chunks, (options.samples, *images.shape[1:]), images.dtype)}
    return sampled if condition is None else sampled | {str(model.condition): condition}


def _parser() -> argparse.ArgumentParser:
    description = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m standin.training", description=description)
    parser.add_argument("--data", required=True, help="npz file with images and labels")
    parser.add_argument("--model", required=True, help="dotted name, such as standin.models.gan.GAN")
    parser.add_argument("--out", required=True, help="folder for the results")
    parser.add_argument("--epochs", type=_at_least(1), required=True)
    parser.add_argument("--batch-size", type=_at_least(1), default=128)
    parser.add_argument("--precision", choices=PRECISIONS, default=PRECISIONS[0])
    parser.add_argument("--devices", type=_at_least(1), default=1, help="accelerators that split each batch (JAX)")
    parser.add_argument("--flips", nargs="*", default=[], choices=["horizontal", "vertical"], help="mirror at random")
    parser.add_argument("--min-steps", type=_at_least(0), default=0, help="least optimizer steps in all")
    parser.add_argument("--seed", type=_at_least(0), default=0)
    parser.add_argument("--samples", type=_at_least(1), default=1000, help="number of images to sample at the end")
    parser.add_argument("--snapshot-epochs", type=_at_least(1), nargs="*", default=SNAPSHOT_EPOCHS)
    parser.add_argument("--checkpoint-every", type=_at_least(1), default=1, help="epochs")
    parser.add_argument(
        "--set", type=_assignment, action="append", default=[], metavar="NAME=VALUE", help="a constructor argument"
    )
    return parser


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, got {text!r}")
    for read in (json.loads, ast.literal_eval):  # true or True, null or None
        try:
            return name, read(value)
        except (ValueError, SyntaxError):
            continue
    return name, value


def _at_least(least: int) -> Callable[[str], int]:
    """A parser of whole numbers that rejects smaller ones."""

    def number(text: str) -> int:
        if not text.lstrip("+-").isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number, at least {least}, got {text!r}")
        return int(text)

    return number


def _load(path: str) -> dict[str, np.ndarray]:
    """`images` and, if the file has them, `labels`, `conditions` and `image_ids`."""
    arrays = load_npz(path)
    names = {"x_train": "images", "y_train": "labels"}
    names |= {name: name for name in ("images", "labels", "conditions", "image_ids")}
    data = {name: arrays[key] for key, name in names.items() if key in arrays}
    images = data.get("images")
    if images is None or images.dtype not in (np.uint8, np.float32) or images.ndim not in (3, 4):
        got = ", ".join(f"{name} {array.shape} {array.dtype}" for name, array in arrays.items())
        raise InputError(
            f"--data {path} must contain images or x_train, uint8 or float32 with 3 or 4 axes, got {got or 'nothing'}"
        )
    if not np.isfinite([images.min(initial=0), images.max(initial=0)]).all():
        raise InputError(f"--data {path}: images must be finite numbers")
    data["images"] = images[..., None] if images.ndim == 3 else images
    if "labels" in data:
        data["labels"] = data["labels"].ravel()
    for name, axes, kinds, what in (("labels", 1, "iu", "a whole number"), ("conditions", 2, "f", "real numbers")):
        array = data.get(name)
        if array is not None and (array.ndim != axes or array.dtype.kind not in kinds or len(array) != len(images)):
            expected = f"{name} must contain {what} for each of the {len(images)} images"
            raise InputError(f"--data {path}: {expected}, got {array.shape} {array.dtype}")
    return data


if __name__ == "__main__":
    main(sys.argv[1:])
