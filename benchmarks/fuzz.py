"""Files that were damaged at random: each is read, or refused in one sentence, and nothing else happens.

    python -m benchmarks.fuzz                      # 5,000 files of each kind: npz, PNG, JPEG, npy, CSV
    python -m benchmarks.fuzz --files 100 --seed 1

A file is a good one with one change or a few: bytes set, bits turned, a stretch cut out or doubled, numbers made huge,
the end lost. In every other file that happens inside of one of its parts (an array, a chunk of the picture) whose
checksum is then made right again, or readers would look no further than that. What holds an image is called .png,
whatever it is; npy and CSV files are cut-outs of galaxies and their catalog. Each goes through the loader that a run
would use. The process may take `--memory` GB of addresses more than it has when it begins; what asks for more fails as
it would on a full machine.
"""

import argparse
import io
import resource
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from standin.core.errors import InputError
from standin.data import galaxies, image_folder, npz

KINDS = ("npz", "png", "jpg", "npy", "csv")


def main() -> None:
    """Prints how many were read and refused; ends with status 1 where anything else was raised."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--files", type=int, default=5_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory", type=float, default=2.0)
    options = parser.parse_args()
    limit = _addresses() + int(options.memory * 1e9)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    wrong = False
    for kind in KINDS:
        began, found = time.perf_counter(), Counter[str]()
        for what in outcomes(kind, options.files, options.seed):
            found[what] += 1
        seconds = time.perf_counter() - began
        wrong |= bool(found.keys() - {"read", "refused"})
        told = ", ".join(f"{what} {count:,}" for what, count in found.most_common())
        print(f"{kind}: {found.total():,} files in {seconds:.0f} s: {told}", flush=True)
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
    sys.exit(wrong)


def outcomes(kind: str, files: int, seed: int) -> Iterator[str]:
    """`read`, `refused`, or the type and words of another exception, for each damaged file."""
    rng = np.random.default_rng([seed, KINDS.index(kind)])
    good = GOOD[kind](rng)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(files):
            content = good[rng.integers(len(good))]
            damaged = WITHIN[kind](content, rng) if number % 2 else damage(content, rng)
            yield READ[kind](Path(folder), damaged)


def damage(content: bytes, rng: np.random.Generator) -> bytes:
    """The bytes with one change, or with more, each half as likely as the one before."""
    changed = bytearray(content)
    for _ in range(rng.geometric(0.5)):
        if not changed:
            break
        at, length = int(rng.integers(len(changed))), int(rng.integers(1, 64))
        change = rng.integers(6)
        if change == 0:
            changed[at] = rng.integers(256)
        elif change == 1:
            changed[at] ^= 1 << int(rng.integers(8))
        elif change == 2:
            del changed[at : at + length]
        elif change == 3:
            changed[at:at] = changed[at : at + length]
        elif change == 4:
            changed[at : at + 4] = [b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"9999"][rng.integers(3)]
        else:
            del changed[at:]
    return bytes(changed)


def damage_array(content: bytes, rng: np.random.Generator) -> bytes:
    """An npz file of which one array, header or values, is damaged."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {member: archive.read(member) for member in archive.infolist()}
    member = [*members][rng.integers(len(members))]
    header = 128  # most of what can be wrong stands there
    array = members[member]
    members[member] = damage(array[:header], rng) + array[header:] if rng.integers(2) else damage(array, rng)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", member.compress_type) as archive:
        for each, array in members.items():
            archive.writestr(each.filename, array)
    return file.getvalue()


def damage_chunk(content: bytes, rng: np.random.Generator) -> bytes:
    """A PNG file of which one chunk is damaged."""
    signature, chunks, at = content[:8], [], 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += length + 12
    chosen = rng.integers(len(chunks) - 1)  # the last is empty
    name, data = chunks[chosen]
    chunks[chosen] = name, damage(data, rng)
    whole = [signature]
    for name, data in chunks:
        whole += [struct.pack(">I", len(data)), name, data, struct.pack(">I", zlib.crc32(name + data))]
    return b"".join(whole)


def good_npz(rng: np.random.Generator) -> list[bytes]:
    """Data sets of a few images: stored and packed, in both layouts."""
    images, labels = rng.integers(0, 256, (12, 8, 8, 1), dtype=np.uint8), np.arange(12) % 3
    layouts = (
        {"images": images, "labels": labels, "class_names": np.array(["a", "b", "c"])},
        {"x_train": images, "y_train": labels, "x_test": images[:6], "y_test": labels[:6]},
    )
    files = []
    for save in (np.savez, np.savez_compressed):
        for arrays in layouts:
            file = io.BytesIO()
            save(file, **arrays)
            files.append(file.getvalue())
    return files


def good_jpg(rng: np.random.Generator) -> list[bytes]:
    """Images in gray, color and inks, one of them in passes."""
    color = Image.fromarray(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8))
    files = []
    for mode, progressive in (("L", False), ("RGB", False), ("RGB", True), ("CMYK", False)):
        file = io.BytesIO()
        color.convert(mode).save(file, format="JPEG", progressive=progressive)
        files.append(file.getvalue())
    return files


def good_png(rng: np.random.Generator) -> list[bytes]:
    """Images of each mode."""
    color = Image.fromarray(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8))
    files = []
    for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"):
        file = io.BytesIO()
        (color.convert("I").convert(mode) if mode == "I;16" else color.convert(mode)).save(file, format="PNG")
        files.append(file.getvalue())
    return files


def good_npy(rng: np.random.Generator) -> list[bytes]:
    """Cut-outs of five galaxies, colors first and last."""
    files = []
    for kind in (np.float32, np.float64):
        for shape in ((5, 3, 8, 8), (5, 8, 8, 3)):
            file = io.BytesIO()
            np.save(file, rng.uniform(-1, 3, shape).astype(kind))
            files.append(file.getvalue())
    return files


def good_csv(rng: np.random.Generator) -> list[bytes]:
    """Catalogs of those galaxies."""
    lines = [
        f"{row},{rng.uniform(0.01, 0.14):.4f},{8.5 + row % 2 + rng.uniform(-0.4, 0.4):.3f},spiral" for row in range(5)
    ]
    return ["\n".join(["COSMOS_id,photo_z,log_mass,note", *lines, ""]).encode()]


def read_npz(folder: Path, content: bytes) -> str:
    """What comes of a data set in such a file."""
    file = folder / "data.npz"
    file.write_bytes(content)
    return outcome(lambda: npz.load(file))


def read_image(folder: Path, content: bytes) -> str:
    """What comes of a folder with two classes, in one of which lies such a file."""
    for name in ("a", "b"):
        (folder / name).mkdir(exist_ok=True)
    if not (folder / "a/good.png").exists():
        Image.new("L", (16, 16)).save(folder / "a/good.png")
    (folder / "b/damaged.png").write_bytes(content)
    return outcome(lambda: image_folder.load(folder))


def read_galaxies(folder: Path, content: bytes, name: str) -> str:
    """What comes of cut-outs and their catalog, of which one is such a file."""
    rng = np.random.default_rng(0)
    (folder / "images.npy").write_bytes(good_npy(rng)[0])
    (folder / "catalog.csv").write_bytes(good_csv(rng)[0])
    (folder / name).write_bytes(content)
    return outcome(lambda: galaxies.load(folder / "images.npy", folder / "catalog.csv", faintest=-1, brightest=3))


def read_npy(folder: Path, content: bytes) -> str:
    """What comes of such cut-outs."""
    return read_galaxies(folder, content, "images.npy")


def read_csv(folder: Path, content: bytes) -> str:
    """What comes of such a catalog."""
    return read_galaxies(folder, content, "catalog.csv")


def outcome(load: Callable[[], object]) -> str:
    """`read`, `refused`, or what else was raised."""
    try:
        load()
    except InputError as error:
        return "refused" if "\n" not in str(error) else f"refused in several lines: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "read"


GOOD: dict[str, Callable[[np.random.Generator], list[bytes]]] = {
    "npz": good_npz,
    "png": good_png,
    "jpg": good_jpg,
    "npy": good_npy,
    "csv": good_csv,
}
WITHIN: dict[str, Callable[[bytes, np.random.Generator], bytes]] = {
    "npz": damage_array,
    "png": damage_chunk,
    "jpg": damage,  # it has no checksums, nor have the others
    "npy": damage,
    "csv": damage,
}
READ: dict[str, Callable[[Path, bytes], str]] = {
    "npz": read_npz,
    "png": read_image,
    "jpg": read_image,
    "npy": read_npy,
    "csv": read_csv,
}


def _addresses() -> int:
    """Bytes of this process's address space."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main()
