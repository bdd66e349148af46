"""Figures, one type per file: arrays or tables in, a Matplotlib figure out."""
