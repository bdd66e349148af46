"""What a node asks of the worker that runs it, as Dask's resources.

    dask worker tcp://10.0.0.5:8786 --nthreads 1 --resources "MEMORY=16e9 GPU=1"

Workers that name neither are asked for neither. A worker takes one node at a time, whatever it offers: seeds belong to
a process.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from kedro.io import CatalogProtocol
from kedro.pipeline.node import Node

LIBRARIES = 1.8e9
"""Bytes that a process takes which has run all nodes of a pipeline on few images."""
PER_BYTE_READ = 16.0
AT_MOST = 4.8e9
"""Bytes: images are mapped and taken in chunks, so that what they cost ends somewhere. These three are what whole
pipelines of digits, MNIST and CIFAR-10 took (docs/performance.md: 1.7, 3.4 and 4.8 GB)."""
ON_GPU = ("train_", "sample_")
"""Nodes that fit networks or draw from them, by the beginning of their names."""


def needs_of(node: Node, catalog: CatalogProtocol) -> dict[str, float]:
    """`MEMORY` in bytes, by the size of what a node reads; one `GPU` where it fits networks or draws from them."""
    read = sum(_size(getattr(catalog.get(name), "_filepath", None)) for name in node.inputs)
    needs = {"MEMORY": min(LIBRARIES + PER_BYTE_READ * read, AT_MOST)}
    return needs | ({"GPU": 1.0} if node.name.rpartition(".")[2].startswith(ON_GPU) else {})


def met_by(needs: Mapping[str, float], offers: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """What to ask Dask for, so that some worker can take the node: what no worker speaks of is left out, and of what
    none has enough the most is asked for.

    Args:
        offers: each worker's resources.
    """
    most: dict[str, float] = {}
    for offered in offers:
        for name, amount in offered.items():
            most[name] = max(amount, most.get(name, 0.0))
    return {name: min(amount, most[name]) for name, amount in needs.items() if name in most}


def _size(path: object) -> int:
    return Path(str(path)).stat().st_size if path and Path(str(path)).is_file() else 0
