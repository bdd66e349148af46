"""Data sets, one file each: `load(...)` gives a `Source` of named arrays; `split` makes train, validation and test
rows of it."""
