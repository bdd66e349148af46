"""Time and memory of the metrics in feature space.

    python -m benchmarks.metrics                        # 10,000 against 10,000 images of 64 features
    python -m benchmarks.metrics --images 2000 --features 64

Features are normally distributed: their values do not influence the time.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from standin.metrics import authenticity, c2st_accuracy, data_copying, frechet_distance, kid, neighborhoods


def main() -> None:
    """Prints the seconds of each metric, their sum, and the peak memory of the process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--features", type=int, default=64)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    generated, held_out, real, training = (
        rng.standard_normal((options.images, options.features)).astype(np.float32) + shift for shift in (0.1, 0, 0, 0)
    )
    metrics: dict[str, Callable[[], Any]] = {
        "precision, recall, density, coverage": lambda: neighborhoods(generated, real),
        "fd": lambda: frechet_distance(generated, real),
        "kid": lambda: kid(generated, real),
        "c2st_accuracy": lambda: c2st_accuracy(generated, real),
        "authenticity": lambda: authenticity(generated, training),
        "c_t": lambda: data_copying(generated, held_out, training),
    }
    first = time.perf_counter()
    for name, metric in metrics.items():
        start = time.perf_counter()
        metric()
        print(f"{name}: {time.perf_counter() - start:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1024 if sys.platform.startswith("linux") else 1)
    print(f"all: {time.perf_counter() - first:.1f} s, peak memory {peak / 1e9:.2f} GB")


if __name__ == "__main__":
    main()
