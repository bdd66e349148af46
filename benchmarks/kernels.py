"""How fast the matrix products and convolutions of a training step are alone: what holds a step back.

    python -m benchmarks.kernels                   # gan dcgan classifier
    python -m benchmarks.kernels cifar.dcgan --csv kernels.csv

Each layer's forward pass, gradient of its kernel and gradient of its input are timed by themselves at the batch size of
training, a call each, on values that lie ready (TensorFlow). A network's line is all of them together, without the
first layer's gradient of its input, as a step in which its weights move needs them; everything else that a step does
(activations, normalization, random numbers, the optimizer) comes on top. Calls of their own make small products
slower than they are inside of a step. Shares are of a matrix product of
2,048 x 2,048 in the same process and the same round, medians over rounds.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keras
import tensorflow as tf

from benchmarks.arithmetic import working
from benchmarks.tables import write
from benchmarks.training_step import CASES, Case, configured, peak_gflops
from standin.core.instantiate import resolve_target
from standin.training import build_model
from standin.training.backend import make_reproducible

SECONDS = 0.2
"""About what one kernel is timed for in a round."""


class Kernel(NamedTuple):
    """One product or convolution: what it is called, its operations in 1e9, and how it is run once."""

    name: str
    gflop: float
    run: Callable[[], Any]


class Row(NamedTuple):
    """A line of the table."""

    network: str
    kernel: str
    milliseconds: float
    gflop: float
    gflop_per_second: float
    share_of_peak: float


def main() -> None:
    """Times what the command line names and prints it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("models", nargs="*", default=["gan", "dcgan", "classifier"], help="as of training_step")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--csv", type=Path, default=None, help="also write the table here")
    options = parser.parse_args()
    rows: list[Row] = []
    print(f"{'network':28}{'kernel':44}{'ms':>8}{'GFLOP/s':>9}{'of peak':>9}")
    for name in options.models:
        case = CASES[name] if name in CASES else configured(name)
        for network in networks(case):
            found = measure(f"{name} {network.name}", list(kernels(network, case.batch_size)), options.rounds)
            rows += found
            for row in found:
                print(
                    f"{row.network:28}{row.kernel:44}{row.milliseconds:8.2f}{row.gflop_per_second:9.0f}"
                    f"{row.share_of_peak:9.0%}",
                    flush=True,
                )
    if options.csv:
        write(rows, options.csv)


def networks(case: Case) -> list[keras.Model]:
    """Those whose weights move."""
    make_reproducible(0)
    if case.is_classifier:
        return [resolve_target(case.target)(case.image_shape, 10, **case.arguments)]
    model = build_model(case.target, case.image_shape, 10, 0, case.arguments, n_conditions=case.conditions)
    return [layer for layer in model.layers if isinstance(layer, keras.Model)]


def kernels(network: keras.Model, batch_size: int) -> Iterator[Kernel]:
    """Forward pass and gradients of each layer that has products, in the order of the network."""
    for layer in working(network):
        (given, *_), (made, *_) = layer.node.arguments.keras_tensors, layer.node.outputs
        parts = _parts(layer.node.operation, (batch_size, *given.shape[1:]), (batch_size, *made.shape[1:]))
        shape = "x".join(map(str, (batch_size, *given.shape[1:]))) + f" to {made.shape[-1]}"
        for name, run in parts.items():
            if name != "gradient of the input" or layer.reads_learned:
                yield Kernel(f"{shape}, {name}", batch_size * layer.operations / 1e9, run)


def _parts(layer: Any, given: tuple[int, ...], made: tuple[int, ...]) -> dict[str, Callable[[], Any]]:
    """The products alone: a layer of the same kind without bias and activation."""
    alone = type(layer).from_config(layer.get_config() | {"use_bias": False, "activation": None})
    alone.build(given)
    seen, gradient = tf.random.normal(given), tf.random.normal(made)

    def gradient_of(kernel: bool) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            of = alone.kernel.value if kernel else seen
            tape.watch(of)
            outputs = alone(seen)
        return tape.gradient(outputs, of, output_gradients=gradient)  # what this does not need is left out of the graph

    return {
        "forward": tf.function(lambda: alone(seen)),
        "gradient of the kernel": tf.function(lambda: gradient_of(kernel=True)),
        "gradient of the input": tf.function(lambda: gradient_of(kernel=False)),
    }


def measure(network: str, found: list[Kernel], rounds: int) -> list[Row]:
    """A row for each kernel, and one for all together."""
    peaks, seconds = [], []
    times = [max(1, round(SECONDS / _seconds(kernel.run, 2))) for kernel in found]
    for _ in range(rounds):
        peaks.append(peak_gflops())
        seconds.append([_seconds(kernel.run, n) for kernel, n in zip(found, times, strict=True)])
    work = [kernel.gflop for kernel in found]
    rows = [
        _row(network, kernel.name, kernel.gflop, taken, peaks)
        for kernel, taken in zip(found, zip(*seconds, strict=True), strict=True)
    ]
    return [*rows, _row(network, "all", sum(work), [sum(taken) for taken in seconds], peaks)]


def _row(network: str, kernel: str, gflop: float, seconds: Any, peaks: list[float]) -> Row:
    taken = statistics.median(seconds)
    share = statistics.median(gflop / s / peak for s, peak in zip(seconds, peaks, strict=True))
    return Row(network, kernel, 1000 * taken, gflop, gflop / taken, share)


def _seconds(run: Callable[[], Any], times: int) -> float:
    """Of one call; the first, which compiles, is not counted."""
    run()
    start = time.perf_counter()
    for _ in range(times):
        found = run()
    keras.ops.convert_to_numpy(keras.ops.reshape(found, (-1,))[0])
    return (time.perf_counter() - start) / times


if __name__ == "__main__":
    main()
