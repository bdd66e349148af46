"""Time and memory of `standin judge` against the number of images.

    python -m benchmarks.judge                               # 1,000, 10,000 and 100,000 real, as many generated images
    python -m benchmarks.judge --images 1000 --modes quick peers --csv judge.csv

Images are CIFAR-10's (`data/01_raw/cifar10.npz`) and, where these do not suffice, means of two; enlarged to 64 pixels
and saved as JPEG. "Generated" ones are others, blurred. Each row is measured in a process of its own: `quick` and
`default` are the command with and without `--quick`, `peers` computes precision, recall, density and coverage by
`prdc`, and C2ST and KID by scikit-learn, from 64 principal components of the pixels of all images. Their time does not
include trainings, since they do not answer the question. Memory is the peak of `RssAnon` (Linux), in which files are
not included.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageFilter

from benchmarks import tables
from benchmarks.growth import Peak

SIDE, CLASSES, COMPONENTS, NEIGHBORS = 64, 10, 64, 5
MODES = ("quick", "default", "peers")


class Row(NamedTuple):
    """A measurement.

    Attributes:
        images: real ones, and as many generated ones.
        seconds: of the whole process without its imports of libraries for `peers`, with them otherwise.
        reading_s: of decoding and resizing, for `peers`; part of `seconds`.
        peak_gb: memory of the process.
    """

    images: int
    mode: str
    seconds: float
    reading_s: float | None
    peak_gb: float


def main() -> None:
    """Prints a table, a row for each number of images and mode."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--images", nargs="+", type=int, default=(1_000, 10_000, 100_000))
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES)
    parser.add_argument("--cifar10", type=Path, default=Path("data/01_raw/cifar10.npz"))
    parser.add_argument("--peer-memory", type=float, default=8.0, help="GB that the distances of `peers` may take")
    parser.add_argument("--csv", type=Path, default=None)
    parser.add_argument("--alone", choices=MODES, help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        found = peers(options.path) if options.alone == "peers" else judge(options.path, options.alone == "quick")
        print(json.dumps(found))
        return
    rows: list[Row] = []
    print(HEADER, flush=True)
    for n in options.images:
        with tempfile.TemporaryDirectory() as path:
            make_folders(Path(path), n, options.cifar10)
            for mode in options.modes:
                if mode == "peers" and distances_gb(n) > options.peer_memory:
                    print(f"{n:>9,}  {mode:8}  not run: all distances take {distances_gb(n):.0f} GB", flush=True)
                    continue
                rows.append(Row(n, mode, **alone("--alone", mode, "--path", path)))
                print(line(rows[-1]), flush=True)
    if options.csv and rows:
        tables.write(rows, options.csv)


HEADER = f"{'images':>9}  {'mode':8}  {'seconds':>8}  {'reading':>8}  {'peak GB':>7}"


def line(row: Row) -> str:
    reading = "" if row.reading_s is None else f"{row.reading_s:.1f}"
    return f"{row.images:>9,}  {row.mode:8}  {row.seconds:8.1f}  {reading:>8}  {row.peak_gb:7.2f}"


def alone(*arguments: str) -> dict[str, Any]:
    """What another process of this module prints last."""
    command = [sys.executable, "-m", "benchmarks.judge", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def distances_gb(n: int) -> float:
    """Memory of `prdc`'s three matrices of distances between n and n images, float64."""
    return 3 * 8 * n**2 / 1e9


def make_folders(path: Path, n: int, cifar10: Path) -> None:
    """Folders `real` and `generated` of `n` JPEG files each."""
    with np.load(cifar10) as arrays:
        images = np.concatenate([arrays["x_train"], arrays["x_test"]])
        labels = np.concatenate([arrays["y_train"], arrays["y_test"]]).ravel()
    save(path / "real", images, labels, range(n), blurred=False)
    save(path / "generated", images, labels, range(n, 2 * n), blurred=True)


def save(folder: Path, images: np.ndarray, labels: np.ndarray, places: Iterable[int], *, blurred: bool) -> None:
    """Images as enlarged JPEG files. Places beyond the last image are means of two of the same class, so that none
    nearly equals another, which `judge` would refuse."""
    members = [np.flatnonzero(labels == label) for label in range(CLASSES)]
    rank = np.concatenate([np.arange(len(of_class)) for of_class in members])[np.argsort(np.concatenate(members))]
    for label in range(CLASSES):
        (folder / f"class_{label}").mkdir(parents=True, exist_ok=True)
    for place in places:
        turn, i = divmod(place, len(images))
        of_class = members[labels[i]]
        other = of_class[(rank[i] + turn) % len(of_class)]
        image = Image.fromarray(np.mean([images[i], images[other]], axis=0).astype(np.uint8))
        image = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        image = image.filter(ImageFilter.GaussianBlur(1)) if blurred else image
        image.save(folder / f"class_{labels[i]}" / f"{place:07d}.jpg", quality=90)


def judge(path: Path, quick: bool) -> dict[str, Any]:
    """Seconds and memory of the comparison and its report."""
    start = time.perf_counter()
    with Peak() as peak:
        import standin

        result = standin.compare(path / "real", path / "generated", quick=quick)
        result.to_html(path / "report.html")
    return {"seconds": time.perf_counter() - start, "reading_s": None, "peak_gb": peak.gb}


def peers(path: Path) -> dict[str, Any]:
    """Seconds and memory of the fidelity metrics by other libraries."""
    from prdc import compute_prdc
    from sklearn.decomposition import PCA
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.model_selection import cross_val_score

    start = time.perf_counter()
    with Peak() as peak:
        pixels = [read(path / name) for name in ("real", "generated")]
        reading = time.perf_counter() - start
        pca = PCA(min(COMPONENTS, len(pixels[0])), svd_solver="randomized", random_state=0).fit(pixels[0])
        real, generated = (pca.transform(part) for part in pixels)
        compute_prdc(real, generated, NEIGHBORS)
        kid(real, generated)
        both, origin = np.concatenate([real, generated]), np.repeat([0, 1], [len(real), len(generated)])
        cross_val_score(HistGradientBoostingClassifier(random_state=0), both, origin, cv=5)
    return {"seconds": time.perf_counter() - start, "reading_s": reading, "peak_gb": peak.gb}


def read(folder: Path) -> np.ndarray:
    """(n, features) float32 pixels of the images of a folder, in [0, 1]."""
    files = sorted(folder.glob("*/*.jpg"))
    return np.stack([np.asarray(Image.open(file), np.float32).ravel() / 255 for file in files])


def kid(real: np.ndarray, generated: np.ndarray) -> float:
    """Squared maximum mean discrepancy with the cubic polynomial kernel, unbiased (Binkowski et al. 2018, eq. 4)."""
    from sklearn.metrics.pairwise import polynomial_kernel

    def mean_of_others(features: np.ndarray) -> float:
        kernel = polynomial_kernel(features, degree=3, coef0=1)
        return float((kernel.sum() - np.trace(kernel)) / (len(kernel) * (len(kernel) - 1)))

    between = polynomial_kernel(real, generated, degree=3, coef0=1).mean()
    return mean_of_others(real) + mean_of_others(generated) - 2 * float(between)


if __name__ == "__main__":
    main()
