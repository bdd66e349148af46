"""What a node requests of the worker that runs it, as Dask's resources.

    dask worker tcp://10.0.0.5:8786 --nthreads 1 --resources "MEMORY=16e9 GPU=1"

Of workers that declare neither, neither is requested. A worker runs one node at a time, whatever it offers: random
seeds belong to a process.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from kedro.io import CatalogProtocol
from kedro.pipeline.node import Node

from standin.kedro_ext.compat import local_path

# Bytes, from whole pipelines of digits, MNIST and CIFAR-10: 1.7, 3.4 and 4.8 GB (docs/performance.md). Images are
# memory-mapped and read in chunks, so that their cost is bounded.
LIBRARIES = 1.8e9
PER_BYTE_READ = 16.0
AT_MOST = 4.8e9

GPU = "gpu"
"""Tag of nodes that train networks or sample from them."""


def resources_of(node: Node, catalog: CatalogProtocol) -> dict[str, float]:
    """`MEMORY` in bytes, from the size of what a node reads; one `GPU` where it is tagged `gpu`."""
    read = sum(_size(local_path(catalog.get(name))) for name in node.inputs)
    needs = {"MEMORY": min(LIBRARIES + PER_BYTE_READ * read, AT_MOST)}
    return needs | ({"GPU": 1.0} if GPU in node.tags else {})


def request_for(needs: Mapping[str, float], offers: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What to request from Dask so that some worker can take the node: the needs, cut to what the best worker offers
    (one with a GPU where the node needs one, then the one with the most memory).

    Args:
        offers: each worker's resources.
    """
    best = max(offers, key=lambda offered: [offered.get(name, 0.0) for name in ("GPU", "MEMORY") if name in needs])
    return {name: min(amount, best[name]) for name, amount in needs.items() if name in best}


def satisfies(offered: Mapping[str, float], requested: Mapping[str, float]) -> bool:
    """Whether a worker with the offered resources can take a node that requests these."""
    return all(offered.get(name, 0.0) >= amount for name, amount in requested.items())


def _size(path: Path | None) -> int:
    return path.stat().st_size if path and path.is_file() else 0
