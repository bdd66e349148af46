"""The precision in which this CPU computes fastest."""

import os
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
"""Of Linux; on other systems no instructions are found."""
BFLOAT16 = ("amx_bf16", "avx512_bf16")
"""Instruction sets that multiply bfloat16 about twice as fast as float32; without them, bfloat16 is slower."""


def bfloat16_instructions() -> str | None:
    """The CPU's instruction set for products in bfloat16, None if it has none."""
    try:
        lines = CPUINFO.read_text().splitlines()
    except OSError:
        return None
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    return next((name for name in BFLOAT16 if name in flags), None)


def resolve_precision(precision: str) -> str:
    """`auto` as `mixed_bfloat16` where the CPU supports it, otherwise `float32`; any other name unchanged.

    With Keras on JAX it is `float32`: XLA's steps take longer in bfloat16 on CPUs, with or without these instructions.
    """
    if precision != "auto":
        return precision
    on_tensorflow = os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow"
    return "mixed_bfloat16" if on_tensorflow and bfloat16_instructions() else "float32"


def describe_precision(precision: str) -> str:
    """A log line on a resolved precision."""
    if precision != "mixed_bfloat16":
        return f"Computing in {precision}."
    instructions = bfloat16_instructions()
    if instructions is None:
        return "Computing in mixed bfloat16, which this CPU does not support: it takes longer than float32."
    return f"Computing in mixed bfloat16: this CPU supports it ({instructions})."
