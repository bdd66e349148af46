"""How fast one training step is: milliseconds, GFLOP/s, and the share of what matrix products reach in this process.

    python -m benchmarks.training_step                        # gan dcgan conditional_gan infogan vae classifier
    python -m benchmarks.training_step gan dcgan --peers      # beside PyTorch, and beside the S3 study's own loop
    python -m benchmarks.training_step cifar.dcgan mnist.gan  # as the configuration has them
    python -m benchmarks.training_step --bfloat16             # beside the same networks in mixed bfloat16

Contenders take turns, round by round, since machines are shared and a clock rises and falls; what is printed are
medians over rounds, of times and of ratios within a round. Operations are those that the mathematics asks for
(`benchmarks.arithmetic`). Ways: `step` is the compiled step alone on one batch that lies ready, `fit` a whole short
training through `standin.training.train`: batches drawn, callbacks, snapshot and checkpoint at its end, `pytorch`,
`pytorch_bf16` (torch.autocast) and `published` the peers (`benchmarks.torch_steps`, `benchmarks.published_loop`).
CPU milliseconds are those of all threads of the process: they vary less with what else the machine does.
"""

import argparse
import logging
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from matplotlib.figure import Figure

from benchmarks.arithmetic import step_operations
from benchmarks.tables import write
from standin.config.loader import data_sets
from standin.core.images import to_float
from standin.core.instantiate import arguments_of, resolve_target
from standin.figures.style import CYCLE, new_figure, tidy
from standin.training import Batches, Checkpoint, GenerativeModel, build_model, fit_batches, train
from standin.training.backend import make_reproducible
from standin.training.precision import dtype_scope
from standin.training.recipe import Recipe, compile_network

ROUNDS = 5
WAYS = {
    "step": "a step alone",
    "fit": "with batches and callbacks",
    "bfloat16": "a step alone in mixed bfloat16",
    "pytorch": "PyTorch",
    "pytorch_bf16": "PyTorch in mixed bfloat16",
    "published": "S3's own loop",
}


class Case(NamedTuple):
    """What is timed: a model as `build_model` makes it, or the classifier, on images of one shape."""

    target: str
    arguments: dict[str, Any]
    batch_size: int
    steps: int
    """In a round: some seconds."""
    image_shape: tuple[int, int, int] = (28, 28, 1)
    conditions: int = 0

    @property
    def is_classifier(self) -> bool:
        return not isinstance(resolve_target(self.target), type)


MODELS = "standin.models."
WIDE = {"upsampling": "transposed", "downsampling": "strided", "generator_width": 64, "discriminator_width": 64}
CASES = {
    "gan": Case(MODELS + "gan.GAN", {}, 128, 200),
    "dcgan": Case(MODELS + "dcgan.DCGAN", WIDE, 128, 20),
    "conditional_gan": Case(MODELS + "conditional_gan.ConditionalGAN", {}, 128, 20),
    "infogan": Case(MODELS + "infogan.InfoGAN", {"width": 32}, 128, 20),
    "vae": Case(MODELS + "vae.VAE", {}, 128, 500),
    "latent_diffusion": Case(MODELS + "latent_diffusion.LatentDiffusion", {}, 128, 100),
    "classifier": Case(MODELS + "cnn.cnn", {}, 128, 100),
    "resnet": Case(MODELS + "resnet.resnet", {"widths": [16, 32, 64]}, 128, 50),
}


class Contender(NamedTuple):
    """One way to train: `run(steps)` takes so many steps, and is timed."""

    name: str
    run: Callable[[int], Any]


class Row(NamedTuple):
    """A line of the table, in milliseconds, and ratios to `step`."""

    model: str
    way: str
    milliseconds: float
    cpu_milliseconds: float
    gflop: float
    gflop_per_second: float
    share_of_peak: float
    times_step: float
    times_step_cpu: float


def main() -> None:
    """Times what the command line names, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("models", nargs="*", default=list(CASES), help=f"{', '.join(CASES)}, or <data set>.<model>")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--steps", type=int, default=None, help="in a round, in place of each model's own number")
    parser.add_argument("--peers", action="store_true", help="PyTorch (pip install -e '.[benchmarks]'), the S3 loop")
    parser.add_argument("--bfloat16", action="store_true", help="also the step in mixed bfloat16")
    parser.add_argument("--csv", type=Path, default=None, help="also write the table here")
    parser.add_argument("--plot", type=Path, default=None, help="shares of the peak as a picture")
    options = parser.parse_args()
    keras.utils.disable_interactive_logging()
    logging.getLogger("absl").setLevel(logging.ERROR)
    rows = []
    print(
        f"{'model':36}{'way':12}{'ms':>8}{'CPU ms':>8}{'GFLOP':>8}{'GFLOP/s':>9}{'of peak':>9}{'x step':>8}{'CPU':>6}"
    )
    for name in options.models:
        case = CASES[name] if name in CASES else configured(name)
        for row in measure(name, case, options.steps or case.steps, options.rounds, options.peers, options.bfloat16):
            rows.append(row)
            print(
                f"{row.model:36}{row.way:12}{row.milliseconds:8.1f}{row.cpu_milliseconds:8.1f}{row.gflop:8.2f}"
                f"{row.gflop_per_second:9.0f}{row.share_of_peak:9.0%}{row.times_step:8.2f}{row.times_step_cpu:6.2f}",
                flush=True,
            )
    if options.csv:
        write(rows, options.csv)
    if options.plot:
        plot(rows).savefig(options.plot, dpi=150)


def measure(name: str, case: Case, steps: int, rounds: int, peers: bool = False, bfloat16: bool = False) -> list[Row]:
    """A row for each contender."""
    make_reproducible(0)
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (steps * case.batch_size, *case.image_shape), dtype=np.uint8)
    labels = rng.integers(0, 10, len(images)).astype(np.int32)
    model, ours = own(case, images, labels)
    try:
        gflop = step_operations(model, case.batch_size) / 1e9
    except TypeError:  # only its time can be told
        gflop = float("nan")
    if bfloat16:
        (step, _) = own(case, images, labels, "mixed_bfloat16")[1]
        ours.append(Contender("bfloat16", step.run))
    contenders = ours + (others(model, case, images, labels) if peers else [])
    for contender in contenders:  # compile, and warm the caches
        contender.run(2 if contender.name != "fit" else steps)
    seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    cpu: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    peaks = []
    for _ in range(rounds):
        peaks.append(peak_gflops())
        for contender in contenders:
            start, cpu_start = time.perf_counter(), time.process_time()
            contender.run(steps)
            seconds[contender.name].append((time.perf_counter() - start) / steps)
            cpu[contender.name].append((time.process_time() - cpu_start) / steps)
    first = contenders[0].name
    return [
        Row(
            model=name,
            way=way,
            milliseconds=1000 * statistics.median(taken),
            cpu_milliseconds=1000 * statistics.median(cpu[way]),
            gflop=gflop,
            gflop_per_second=gflop / statistics.median(taken),
            share_of_peak=statistics.median(gflop / t / peak for t, peak in zip(taken, peaks, strict=True)),
            times_step=_median_ratio(taken, seconds[first]),
            times_step_cpu=_median_ratio(cpu[way], cpu[first]),
        )
        for way, taken in seconds.items()
    ]


def _median_ratio(taken: list[float], base: list[float]) -> float:
    return statistics.median(t / b for t, b in zip(taken, base, strict=True))


def own(
    case: Case, images: np.ndarray, labels: np.ndarray, precision: str = "float32"
) -> tuple[keras.Model, list[Contender]]:
    """This project's way: the bare step, and a training."""
    if case.is_classifier:
        with dtype_scope(precision):
            model = resolve_target(case.target)(case.image_shape, 10, **case.arguments)
        compile_network(model, Recipe(schedule="constant"), learning_rate=1e-3, steps=case.steps)
        shown: Any = (images, labels)
    else:
        model = build_model(case.target, case.image_shape, 10, 0, case.arguments, case.conditions, precision)
        numbers = np.random.default_rng(1).standard_normal((len(images), case.conditions), dtype=np.float32)
        told = {"labels": labels, "conditions": numbers, None: None}[model.condition]
        shown = {"images": images} | ({} if told is None else {model.condition: told})

    def through_fit(steps: int) -> None:
        rows = steps * case.batch_size
        if isinstance(model, GenerativeModel):
            with tempfile.TemporaryDirectory() as folder:
                train(
                    model,
                    images[:rows],
                    None if told is None else told[:rows],
                    epochs=1,
                    batch_size=case.batch_size,
                    seed=0,
                    snapshot_epochs=[1],
                    checkpoint=Checkpoint(folder),
                )
        else:
            batches = Batches(
                {"images": images, "labels": labels}, batch_size=case.batch_size, steps=steps, seed=0, as_pair=True
            )
            fit_batches(model, batches)

    through_fit(len(images) // case.batch_size)  # builds what `step` needs, and traces what it will run itself
    batch = keras.tree.map_structure(lambda array: to_float(array[: case.batch_size]), shown)
    return model, [Contender("step", bare_step(model, batch)), Contender("fit", through_fit)]


def bare_step(model: keras.Model, batch: Any) -> Callable[[int], None]:
    """The compiled step that `fit` calls, on one batch that lies ready in memory (TensorFlow)."""
    import tensorflow as tf

    iterator = iter(tf.data.Dataset.from_tensors(batch).repeat())
    of_fit = model.steps_per_execution, model.train_function  # several steps a call
    model.steps_per_execution = 1
    model.make_train_function(force=True)
    step = model.train_function

    def run(steps: int) -> None:
        for _ in range(steps):
            logs = step(iterator)
        keras.ops.convert_to_numpy(next(iter(logs.values())))

    run(1)  # it is traced now, while there is one step a call
    model.steps_per_execution, model.train_function = of_fit
    return run


def others(model: keras.Model, case: Case, images: np.ndarray, labels: np.ndarray) -> list[Contender]:
    """PyTorch, and for the plain GAN the study's own loop."""
    from benchmarks.published_loop import published_step
    from benchmarks.torch_steps import torch_step

    shown, of = to_float(images[: case.batch_size]), labels[: case.batch_size]
    steps = {"pytorch": torch_step(model, shown, of), "pytorch_bf16": torch_step(model, shown, of, bfloat16=True)}
    if case.target == CASES["gan"].target:
        steps["published"] = published_step(model, shown)
    return [Contender(name, lambda n, step=step: [step() for _ in range(n)]) for name, step in steps.items()]


def configured(experiment: str) -> Case:
    """An experiment of the configuration, on images of its data set's shape."""
    from standin.pipelines.ingestion.nodes import ingest
    from standin.pipelines.ingestion.pipeline import PARAMETERS

    dataset, _, name = experiment.partition(".")
    settings = data_sets()[dataset]
    train_rows, *_ = ingest(*(settings[key] for key in PARAMETERS))
    entry = settings["generative_models"][name]
    batch_size, shape = entry["training"]["batch_size"], train_rows["images"].shape[1:]
    return Case(*arguments_of(entry), batch_size, 50, shape, len(train_rows.get("condition_names", ())))


def peak_gflops(side: int = 2048, products: int = 8) -> float:
    """What one float32 matrix product reaches here and now."""
    rng = np.random.default_rng(0)
    left, right = (keras.ops.convert_to_tensor(rng.random((side, side), dtype=np.float32)) for _ in range(2))
    keras.ops.convert_to_numpy(keras.ops.matmul(left, right))
    best = float("inf")
    for _ in range(products):
        start = time.perf_counter()
        keras.ops.convert_to_numpy(keras.ops.matmul(left, right)[0, 0])
        best = min(best, time.perf_counter() - start)
    return 2 * side**3 / best / 1e9


def plot(rows: list[Row]) -> Figure:
    """A group of bars for each model: the share of the machine's peak that each way reaches."""
    models, ways = list(dict.fromkeys(row.model for row in rows)), list(dict.fromkeys(row.way for row in rows))
    figure = new_figure(1.5 + 1.4 * len(models), 3.8)
    axes = figure.subplots()
    width = 0.8 / len(ways)
    for place, way in enumerate(ways):
        own = [row for row in rows if row.way == way and math.isfinite(row.share_of_peak)]
        bars = axes.bar(
            [models.index(row.model) + (place - (len(ways) - 1) / 2) * width for row in own],
            [100 * row.share_of_peak for row in own],
            width,
            color=CYCLE[place],
            label=WAYS[way],
        )
        axes.bar_label(bars, [f"{row.milliseconds:.0f}" for row in own], fontsize=7)
    axes.set_xticks(range(len(models)), models)
    axes.legend(frameon=False, fontsize=8, ncols=len(ways), loc="upper center", bbox_to_anchor=(0.5, 1.0))
    axes.set_ylim(0, 100)
    tidy(axes, "One training step; on the bars: milliseconds", "", "% of a matrix product's speed")
    return figure


if __name__ == "__main__":
    main()
