"""What a node asks of the worker that runs it, as Dask's resources.

    dask worker tcp://10.0.0.5:8786 --nthreads 1 --resources "MEMORY=16e9 GPU=1"

Workers that name neither are asked for neither. A worker takes one node at a time, whatever it offers: seeds belong to
a process.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from kedro.io import CatalogProtocol
from kedro.pipeline.node import Node

# Bytes, by what whole pipelines of digits, MNIST and CIFAR-10 took: 1.7, 3.4 and 4.8 GB (docs/performance.md). Images
# are mapped and taken in chunks, so that what they cost ends somewhere.
LIBRARIES = 1.8e9
PER_BYTE_READ = 16.0
AT_MOST = 4.8e9

ON_GPU = ("train_", "sample_")
"""Nodes that fit networks or draw from them, by the beginning of their names."""


def resources_of(node: Node, catalog: CatalogProtocol) -> dict[str, float]:
    """`MEMORY` in bytes, by the size of what a node reads; one `GPU` where it fits networks or draws from them."""
    read = sum(_size(getattr(catalog.get(name), "_filepath", None)) for name in node.inputs)
    needs = {"MEMORY": min(LIBRARIES + PER_BYTE_READ * read, AT_MOST)}
    return needs | ({"GPU": 1.0} if node.name.rpartition(".")[2].startswith(ON_GPU) else {})


def request_for(needs: Mapping[str, float], offers: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What to ask Dask for, so that some worker can take the node: of the worker that suits it best, one with a GPU
    where it needs one, then one with the most memory, no more than it offers.

    Args:
        offers: each worker's resources.
    """
    best = max(offers, key=lambda offered: [offered.get(name, 0.0) for name in ("GPU", "MEMORY") if name in needs])
    return {name: min(amount, best[name]) for name, amount in needs.items() if name in best}


def satisfies(offered: Mapping[str, float], asked: Mapping[str, float]) -> bool:
    """Whether a worker with these resources can take what asks for those."""
    return all(offered.get(name, 0.0) >= amount for name, amount in asked.items())


def _size(path: object) -> int:
    return Path(str(path)).stat().st_size if path and Path(str(path)).is_file() else 0
