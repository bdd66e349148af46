"""Trains and samples one generative model from an npz file: Keras and NumPy, no Kedro, no MLflow.

    python -m standin.training --data train.npz --model standin.models.dcgan.DCGAN --out result --epochs 50
    KERAS_BACKEND=jax python -m standin.training ... --set width=128 --set moving_average=0.999

`--data` holds `images` (n, height, width[, channels]) uint8 and `labels` (n,) or `conditions` (n, k), or `x_train` and
`y_train`. The folder `--out` gets `generative_model.keras`, `history.csv`, `snapshots.npz`, `samples.npz`, and, where
the data has `row_ids`, `generative_model_rows.npz`; and while training `checkpoint.npz`: the same command after an
interruption goes on from there. All but the samples are what a pipeline keeps, so that it can go on from a model that
was trained elsewhere (docs/extending.md).
"""

import argparse
import csv
import json
import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np

from standin.arrays import load_npz
from standin.errors import InputError
from standin.images import stored
from standin.seen import rows_seen
from standin.training import Checkpoint, backend, build_model, train

SNAPSHOT_EPOCHS = [1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000]


def main(argv: list[str] | None = None) -> None:
    """Runs the command line; a wrong argument ends it with one sentence and status 2."""
    parser = _parser()
    options = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        run(options)
    except InputError as error:
        parser.error(str(error))


def run(options: argparse.Namespace) -> None:
    """Loads, trains, samples, writes."""
    arrays = _load(options.data)
    images, labels = arrays["images"], arrays.get("labels")
    classes = int(labels.max()) + 1 if labels is not None else 0
    conditions = arrays.get("conditions")
    logging.info("Training on %s.", backend.device())
    model = build_model(
        options.model,
        images.shape[1:],
        classes,
        options.seed,
        dict(options.set),
        n_conditions=0 if conditions is None else conditions.shape[1],
    )
    condition = {"labels": labels, "conditions": conditions, None: None}[model.condition]
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    training = train(
        model,
        images,
        condition,
        epochs=options.epochs,
        batch_size=options.batch_size,
        seed=options.seed,
        snapshot_epochs=options.snapshot_epochs,
        checkpoint=Checkpoint(out),
        checkpoint_every=options.checkpoint_every,
        augmentation={"flips": options.flips} if options.flips else None,
        least_steps=options.least_steps,
    )
    model.save(out / "generative_model.keras")
    _write_history(out / "history.csv", training.history)
    np.savez(out / "snapshots.npz", **training.arrays())  # type: ignore[arg-type]
    if "row_ids" in arrays:
        np.savez(out / "generative_model_rows.npz", **rows_seen("generative_model", arrays))  # type: ignore[arg-type]
    asked = None if condition is None else np.resize(condition, (options.samples, *condition.shape[1:]))
    made = np.concatenate(list(model.sample(options.samples, options.seed + 1, asked)))
    sampled = {"images": stored(made, images.dtype)} | ({} if asked is None else {str(model.condition): asked})
    np.savez(out / "samples.npz", **sampled)  # type: ignore[arg-type]
    logging.info("Wrote model, history, snapshots and %d samples to %s.", options.samples, out)


def _parser() -> argparse.ArgumentParser:
    description = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m standin.training", description=description)
    parser.add_argument("--data", required=True, help="npz file with images and labels")
    parser.add_argument("--model", required=True, help="dotted name, such as standin.models.gan.GAN")
    parser.add_argument("--out", required=True, help="folder for the results")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--flips", nargs="*", default=[], choices=["horizontal", "vertical"], help="mirror rows")
    parser.add_argument("--least-steps", type=int, default=0, help="pass over few rows more often, to take so many")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--samples", type=int, default=1000, help="how many images to sample at the end")
    parser.add_argument("--snapshot-epochs", type=int, nargs="*", default=SNAPSHOT_EPOCHS)
    parser.add_argument("--checkpoint-every", type=int, default=1, help="epochs")
    parser.add_argument(
        "--set", type=_assignment, action="append", default=[], metavar="NAME=VALUE", help="a constructor argument"
    )
    return parser


def _assignment(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"expected NAME=VALUE, got {text!r}")
    try:
        return name, json.loads(value)
    except json.JSONDecodeError:
        return name, value


def _write_history(path: Path, history: dict[str, list[float]]) -> None:
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(history)
        rows.writerows(zip(*history.values(), strict=True))


def _load(path: str) -> dict[str, np.ndarray]:
    """`images` and, where the file has them, `labels`, `conditions` and `row_ids`."""
    arrays = load_npz(path)
    found = {
        name: arrays[given]
        for name, given in (
            ("images", "x_train"),
            ("labels", "y_train"),
            ("images", "images"),
            ("labels", "labels"),
            ("conditions", "conditions"),
            ("row_ids", "row_ids"),
        )
        if given in arrays
    }
    images = found.get("images")
    if images is None or images.dtype not in (np.uint8, np.float32) or images.ndim not in (3, 4):
        got = ", ".join(f"{name} {array.shape} {array.dtype}" for name, array in arrays.items())
        raise InputError(
            f"--data {path} must hold images or x_train, uint8 or float32 with 3 or 4 axes; it holds {got or 'nothing'}"
        )
    if not np.isfinite([images.min(initial=0), images.max(initial=0)]).all():
        raise InputError(f"--data {path}: images must be finite numbers")
    found["images"] = images[..., None] if images.ndim == 3 else images
    if "labels" in found:
        found["labels"] = found["labels"].ravel()
    for name, axes, kinds, what in (("labels", 1, "iu", "a whole number"), ("conditions", 2, "f", "real numbers")):
        given = found.get(name)
        if given is not None and (given.ndim != axes or given.dtype.kind not in kinds or len(given) != len(images)):
            raise InputError(
                f"--data {path}: {name} must hold {what} for each of the {len(images)} images, "
                f"got {given.shape} {given.dtype}"
            )
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
