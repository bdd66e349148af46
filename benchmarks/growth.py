"""How time and memory grow with the number of images.

    python -m benchmarks.growth --csv growth.csv --plot growth.png   # 10,000, 100,000 and 1,000,000 generated images
    python -m benchmarks.growth --folder 300000 --limit 2            # an image folder larger than memory
    python -m benchmarks.growth --folder 100000 --side 256           # a folder whose images are resized

Generated images are 28x28. They are drawn from an untrained `gan`, labeled by an untrained pseudo-labeler, saved, read
back and compared with real ones, as a pipeline does it. On the folder (in color, made on the spot) a `gan` trains
for one epoch, in a process that is killed once it holds more than `--limit` GB. Each size runs in a process of its own.
Memory is the peak of `RssAnon` (Linux), which cannot be swapped to a file, read every 20 ms.
"""

import argparse
import csv
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from standin.figures.style import BLUE, CYCLE, MARKERS, ORANGE, new_figure, tidy

SHAPE, SIDE, CLASSES = (28, 28, 1), 64, 10
ROWS = (10_000, 100_000, 1_000_000)
Sizes = list[dict[str, float]]


def main() -> None:
    """Measures what the command line asks for, each size in a process of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", nargs="+", type=int, default=ROWS, help="generated images")
    parser.add_argument("--folder", type=int, default=None, help="images of a folder, in place of generated ones")
    parser.add_argument("--side", type=int, default=SIDE, help="pixels of the images of the folder")
    parser.add_argument("--limit", type=float, default=2.0, help="GB that training on the folder may take")
    parser.add_argument("--csv", type=Path, default=None)
    parser.add_argument("--plot", type=Path, default=None)
    parser.add_argument("--alone", choices=("generated", "folder"), help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone == "generated":
        print(json.dumps(generated(options.rows[0])))
    elif options.alone == "folder":
        print(json.dumps(folder(options.path, options.limit)))
    elif options.folder:
        with tempfile.TemporaryDirectory() as path:
            start = time.perf_counter()
            make_folder(Path(path), options.folder, options.side)
            print(f"{options.folder:,} images made in {time.perf_counter() - start:.0f} s", flush=True)
            print(alone("--alone", "folder", "--path", path, "--limit", str(options.limit)))
    else:
        sizes: Sizes = []
        for rows in options.rows:
            sizes.append(alone("--alone", "generated", "--rows", str(rows)))
            print(sizes[-1], flush=True)
        if options.csv:
            with options.csv.open("w", newline="") as file:
                table = csv.DictWriter(file, list(sizes[0]))
                table.writeheader()
                table.writerows(sizes)
        if options.plot:
            plot(sizes).savefig(options.plot, dpi=150)


def alone(*arguments: str) -> dict[str, float]:
    """What another process of this module prints last."""
    command = [sys.executable, "-m", "benchmarks.growth", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


class Peak(threading.Thread):
    """The most memory of its own that this process has held since, in GB: `with Peak() as peak: ...; peak.gb`.

    Args:
        limit: in GB; the process is killed when it holds more.
    """

    def __init__(self, limit: float = math.inf) -> None:
        super().__init__(daemon=True)
        self.gb, self.limit = 0.0, limit
        self.over = threading.Event()

    def __enter__(self) -> "Peak":
        self.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.over.set()
        self.join()

    def run(self) -> None:
        while not self.over.wait(0.02):
            fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
            self.gb = max(self.gb, int(fields["RssAnon"].split()[0]) * 1024 / 1e9)
            if self.gb > self.limit:
                print(f"killed: {self.gb:.2f} GB are more than {self.limit}", file=sys.stderr, flush=True)
                os.kill(os.getpid(), signal.SIGKILL)


def generated(n: int) -> dict[str, float]:
    """Seconds and memory for `n` images, from drawing to comparing."""
    import pandas as pd

    from standin.config.loader import data_sets
    from standin.core.leakage import mark_seen
    from standin.kedro_ext.datasets import NPZDataset
    from standin.models.cnn import cnn
    from standin.models.gan import GAN
    from standin.pipelines.generation.nodes import sample_generative_model
    from standin.pipelines.pseudo_labeling.nodes import label_synthetic
    from standin.pipelines.references.images import extract_reference_features
    from standin.pipelines.sample_quality.metric_nodes import compute_fidelity, compute_memorization
    from standin.pipelines.sample_quality.nodes import extract_sample_features
    from standin.training.backend import make_reproducible

    make_reproducible(0)
    settings = data_sets()["mnist"]
    real = n_real(12_000)
    model, pseudo_labeler = GAN(SHAPE), cnn(SHAPE, CLASSES)
    amounts, pseudo_labeling = ([n], [0.0]), settings["pseudo_labeling"]
    seen = {
        "seen_by_pseudo_labeler": real["image_ids"],
        "hashes_by_pseudo_labeler": np.zeros((len(real["image_ids"]), 16), np.uint8),
    }
    found: dict[str, float] = {"rows": n}
    sample_generative_model(model, {}, real, [1000], [0.0], pseudo_labeling, 0)  # compiles, and warms the caches
    with Peak() as before:
        time.sleep(0.1)
    with Peak() as peak, tempfile.TemporaryDirectory() as path:
        start = time.perf_counter()
        synthetic = sample_generative_model(model, {}, real, *amounts, pseudo_labeling, 0)
        found["sampling_s"], start = time.perf_counter() - start, time.perf_counter()
        labeled, _report = label_synthetic(
            synthetic, pseudo_labeler, seen, real, pd.DataFrame(), pseudo_labeling, *amounts
        )
        found["pseudo_labeling_s"], start = time.perf_counter() - start, time.perf_counter()
        kept = NPZDataset(f"{path}/labeled_synthetic.npz")
        kept.save(labeled)
        del synthetic, labeled
        labeled = kept.load()
        found["saving_s"], start = time.perf_counter() - start, time.perf_counter()
        limits, numbers = settings["sample_quality"], dict.fromkeys(("test", "validation"), len(real["labels"]))
        unseen = mark_seen("feature_extractor", {name: real[name][:0] for name in ("images", "image_ids")})
        reference = extract_reference_features(pseudo_labeler, unseen, real, real, real, limits, None)
        features = extract_sample_features(numbers, pseudo_labeler, labeled, real, limits, None)
        compute_fidelity(features, reference)
        compute_memorization(features, reference)
        found["metrics_s"] = time.perf_counter() - start
        found["images_gb"] = labeled["images"].nbytes / 1e9
    return found | {"peak_gb": peak.gb, "before_gb": before.gb}


def n_real(n: int) -> dict[str, np.ndarray]:
    """Rows that look like nothing, as a source gives them."""
    rng = np.random.default_rng(0)
    return {
        "images": rng.integers(0, 256, (n, *SHAPE), dtype=np.uint8),
        "labels": np.arange(n) % CLASSES,
        "image_ids": np.arange(n),
        "half": (np.arange(n) // CLASSES % 2).astype(np.int8),
        "class_names": np.array([str(label) for label in range(CLASSES)]),
    }


def make_folder(path: Path, n: int, side: int = SIDE) -> None:
    """`n` square PNG files in color, `side` pixels high, in folders of ten classes."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for label in range(CLASSES):
        (path / str(label)).mkdir()
    for row in range(n):
        coarse = Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8))
        file = path / str(row % CLASSES) / f"{row:07d}.png"
        coarse.resize((side, side), Image.Resampling.NEAREST).save(file, compress_level=1)


def folder(path: Path, limit: float) -> dict[str, float]:
    """Seconds and memory of ingesting a folder and of training on it for one epoch."""
    from standin.kedro_ext.datasets import NPZDataset
    from standin.pipelines.ingestion.nodes import ingest
    from standin.training import build_model, train

    found: dict[str, float] = {}
    with Peak(limit) as peak, tempfile.TemporaryDirectory() as kept:
        start = time.perf_counter()
        source = {"_target_": "standin.data.image_folder.load", "path": str(path)}
        parts = ingest(source, [], 0, None, None, None)
        for name, rows in zip(("train", "validation", "test"), parts, strict=False):
            NPZDataset(f"{kept}/{name}.npz").save(rows)
        del parts, rows
        images = NPZDataset(f"{kept}/train.npz").load()["images"]
        found |= {"rows": len(images), "images_gb": images.nbytes / 1e9, "ingestion_s": time.perf_counter() - start}
        start = time.perf_counter()
        model = build_model("standin.models.gan.GAN", images.shape[1:], CLASSES, 0, {"generator_widths": [128]})
        train(model, images, epochs=1, batch_size=128, seed=0)
        found["training_s"] = time.perf_counter() - start
    return found | {"peak_gb": peak.gb}


def plot(sizes: Sizes) -> Figure:
    """Time per image, and memory beside that of the images themselves, against their number."""
    figure = new_figure(10.0, 3.8)
    left, right = figure.subplots(1, 2)
    rows = [size["rows"] for size in sizes]
    for number, name in enumerate(("sampling", "pseudo_labeling", "saving")):
        each = [1e6 * size[f"{name}_s"] / size["rows"] for size in sizes]
        left.plot(rows, each, color=CYCLE[number], marker=MARKERS[number], label=name)
    right.plot(rows, [size["peak_gb"] for size in sizes], color=BLUE, marker="o", label="peak memory of the process")
    right.plot(rows, [size["images_gb"] for size in sizes], color=ORANGE, marker="s", label="the images themselves")
    tidy(left, "Time", "generated images of 28x28", "microseconds an image")
    tidy(right, "Memory", "generated images of 28x28", "GB")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_xticks(rows, [f"{n:,}" for n in rows])
        axes.minorticks_off()
        axes.set_ylim(0)
        axes.legend(frameon=False, fontsize=8)
    return figure


if __name__ == "__main__":
    main()
