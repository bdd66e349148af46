"""Nodes of the classification stage: classifiers on the training pool of each arm."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from standin.core.instantiate import resolve_target
from standin.core.progress import part
from standin.core.types import Arrays, Checkpoint, KerasModel

SMALLEST_PER_CLASS = 10
"""Images per class in the smallest training set of the learning curve."""


def train_arm(
    classifier: dict[str, Any],
    seeds: list[int],
    *inputs: Any,
    pool: dict[str, Any],
    amount: float | None = None,
    checkpoint: Checkpoint | None = None,
) -> tuple[dict[str, KerasModel], pd.DataFrame, Arrays]:
    """Trains one classifier per seed on the training pool of an arm, each with a child of the arm's checkpoint.

    Args:
        classifier: its parameters.
        seeds: one per classifier.
        inputs: arguments of the pool function.
        pool: `_target_`, the function that builds the training pool (`standin.training.pools`).
        amount: of generated images; None for arms without amounts, or for as many as real training images.

    Returns:
        `seed_<s>` -> classifier; their curves (`classifier_seed`, `step`, `loss`, `accuracy`); and the arm's provenance
        (`standin.training.pools.pool.provenance`), with `optimizer_steps`.
    """
    from standin.training.supervised import fit

    built: Any = resolve_target(pool["_target_"])(*inputs, **({} if amount is None else {"amount": amount}))
    if built.length != 1:
        classifier = {**classifier, "steps": round(built.length * classifier["steps"])}
    if not built.augmented:
        classifier = {**classifier, "recipe": {**classifier.get("recipe", {}), "augmentation": None}}
    models, curves = {}, []
    for place, seed in enumerate(seeds):
        child = checkpoint.child(f"seed_{seed}") if checkpoint else None
        with part(place, len(seeds), f"classifier {place + 1} of {len(seeds)}" if len(seeds) > 1 else ""):
            fitted = fit(classifier, built.pools, built.n_classes, targets=built.targets, seed=seed, checkpoint=child)
        models[f"seed_{seed}"] = fitted.model
        curves.append(pd.DataFrame({"classifier_seed": seed} | fitted.curve))
    provenance = built.provenance | {"optimizer_steps": np.array(curves[-1]["step"].iloc[-1])}
    return models, pd.concat(curves, ignore_index=True), provenance


def train_mixture(
    classifier: dict[str, Any],
    seeds: list[int],
    validation: Arrays,
    *inputs: Any,
    pool: dict[str, Any],
    candidates: Sequence[float],
    checkpoint: Checkpoint | None = None,
) -> tuple[dict[str, KerasModel], pd.DataFrame, Arrays, pd.DataFrame]:
    """Trains an arm with an amount of generated images that validation images choose: each candidate with the first
    seed, the other seeds with the chosen one.

    Args:
        classifier, seeds, inputs, pool: as in `train_arm`.
        validation: images to choose by.
        candidates: amounts, in generated images per real one.

    Returns:
        As `train_arm`, and the table of the choice: `n_synthetic`, `fraction` of generated images,
        `validation_accuracy`, `chosen`; a row for each candidate.
    """
    from standin.training.inference import predict

    def trained(amount: float, seeds: list[int]) -> tuple[dict[str, KerasModel], pd.DataFrame, Arrays]:
        child = checkpoint.child(f"candidate_{candidates.index(amount)}") if checkpoint else None
        return train_arm(classifier, seeds, *inputs, pool=pool, amount=amount, checkpoint=child)

    results, accuracies, rows = {}, {}, []
    of = len(candidates) + (len(seeds) > 1)
    for place, amount in enumerate(sorted(candidates)):
        with part(place, of, f"amount {place + 1} of {len(candidates)}"):
            results[amount] = models, _, provenance = trained(amount, seeds[:1])
        (model,) = models.values()
        correct = predict(model, validation["images"]).argmax(axis=1) == validation["labels"]
        accuracies[amount] = float(correct.mean())
        n_real, n_synthetic = len(provenance["real_image_ids"]), int(provenance["n_synthetic"])
        rows.append((n_synthetic, n_synthetic / (n_real + n_synthetic), accuracies[amount]))
    chosen = choose_amount(accuracies)
    models, curves, provenance = results[chosen]
    if len(seeds) > 1:
        with part(of - 1, of, "chosen amount"):
            of_others = trained(chosen, seeds[1:])
        models, curves = models | of_others[0], pd.concat([curves, of_others[1]], ignore_index=True)
    choice = pd.DataFrame(rows, columns=["n_synthetic", "fraction", "validation_accuracy"])
    return models, curves, provenance, choice.assign(chosen=[amount == chosen for amount in results])


def choose_amount(accuracies: Mapping[float, float]) -> float:
    """The amount with the highest accuracy; of equal ones the smallest."""
    return max(accuracies, key=lambda amount: (accuracies[amount], -amount))


def train_convergence(
    classifier: dict[str, Any],
    seeds: list[int],
    *inputs: Any,
    pool: dict[str, Any],
    twice: bool = True,
    checkpoint: Checkpoint | None = None,
) -> dict[str, KerasModel]:
    """Trains the classifier of an arm, with the first seed, for half and for twice its optimizer steps. The learning
    rate schedule is as long as the training.

    Args:
        classifier, seeds, inputs, pool: as in `train_arm`.
        twice: False if an arm is trained for twice the steps.

    Returns:
        `steps_<n>` -> classifier.
    """
    models, lengths = {}, [classifier["steps"] // 2, *([2 * classifier["steps"]] if twice else [])]
    for place, steps in enumerate(lengths):
        name = f"steps_{steps}"
        child = checkpoint.child(name) if checkpoint else None
        with part(place, len(lengths)):
            trained, _, _ = train_arm({**classifier, "steps": steps}, seeds[:1], *inputs, pool=pool, checkpoint=child)
        (models[name],) = trained.values()
    return models


def train_by_size(
    classifier: dict[str, Any],
    seeds: list[int],
    real_curve: int,
    train: Arrays,
    *,
    pool: dict[str, Any],
    checkpoint: Checkpoint | None = None,
) -> tuple[dict[str, KerasModel], Arrays]:
    """Trains the classifier of an arm, with the first seed, on several numbers of its images.

    Args:
        real_curve: how many numbers.
        classifier, seeds, pool: as in `train_arm`.

    Returns:
        `images_<n>` -> classifier; and the provenance of the largest training set.
    """
    from standin.data.split import draw_images

    models: dict[str, KerasModel] = {}
    provenance: Arrays = {}
    sizes = curve_sizes(len(train["labels"]), len(train["class_names"]), real_curve)
    for place, n in enumerate(sizes):
        name = f"images_{n}"
        child = checkpoint.child(name) if checkpoint else None
        drawn = draw_images(train, n, seeds[0])
        with part(place, len(sizes), f"{n:,} images"):
            trained, _, provenance = train_arm(classifier, seeds[:1], drawn, pool=pool, checkpoint=child)
        (models[name],) = trained.values()
    return models, provenance


def curve_sizes(images: int, n_classes: int, count: int) -> list[int]:
    """At most `count` numbers below `images`, each larger than the last by the same factor, from ten per class on (from
    an eighth of the images if these are fewer)."""
    least = max(1, min(SMALLEST_PER_CLASS * n_classes, images // 8))
    return sorted({int(n) for n in np.geomspace(least, images, count + 1)[:-1].round()})


def train_for_epochs(
    train: Arrays,
    synthetic: Arrays,
    classifier: dict[str, Any],
    epoch_table: dict[str, Any],
    seeds: list[int],
    checkpoint: Checkpoint | None = None,
) -> tuple[dict[str, KerasModel], Arrays]:
    """The first study's table: classifiers on few generated or real images after several numbers of epochs.

    Args:
        epoch_table: `n_images`, `epochs` (several), `batch_size`, `learning_rate` (constant).
        seeds: of classifiers; the first is used.

    Returns:
        `generated_<epochs>` and `real_<epochs>` -> classifier; and one provenance for all.
    """
    from standin.data.split import draw_images
    from standin.training.pools.pool import labeled_images, provenance
    from standin.training.supervised import train_by_epochs

    n = min(epoch_table["n_images"], len(train["labels"]), len(synthetic["labels"]))
    real = draw_images(train, n, seeds[0])
    pools = {"generated": labeled_images(synthetic, n), "real": labeled_images(real)}
    config = classifier | {name: epoch_table[name] for name in ("batch_size", "learning_rate")}
    n_classes = len(train["class_names"])
    models: dict[str, KerasModel] = {}
    for name, pool in pools.items():
        child = checkpoint.child(name) if checkpoint else None
        fitted = train_by_epochs(config, pool, n_classes, epochs=epoch_table["epochs"], seed=seeds[0], checkpoint=child)
        models |= {f"{name}_{epochs}": model for epochs, model in fitted.items()}
    return models, provenance(real, synthetic, n)
