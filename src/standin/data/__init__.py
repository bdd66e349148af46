"""Data sources, one file each: `load(...)` returns a `Source` of named arrays, which `split` divides into training,
validation and test images."""
