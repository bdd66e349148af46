"""Garbage collection around a run's imports.

Importing Keras, MLflow and their dependencies creates a million objects and no garbage. Python's collector would walk
through them again and again, for a fifth of the time until the first node, and once more at the end of the process.
"""

import atexit
import functools
import gc

RARELY = (50_000, 20, 20)
USUAL = gc.get_threshold()


def defer() -> None:
    """Collects rarely until `resume`, and not at the end of the process."""
    gc.set_threshold(*RARELY)
    atexit.register(gc.freeze)


@functools.cache
def resume() -> None:
    """Collects as usual again, but nothing that was imported until now. Once per process: another run's garbage must
    not be kept."""
    gc.freeze()
    gc.set_threshold(*USUAL)
