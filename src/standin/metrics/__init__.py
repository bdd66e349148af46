"""Metrics, one file each: arrays in, numbers out."""
