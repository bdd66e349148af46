"""Figures, one kind a file: arrays or tables in, a Matplotlib figure out."""
