"""Data sources, one file each: `load(...)` returns a `Source`, which `split` divides into training, validation and test
images."""
