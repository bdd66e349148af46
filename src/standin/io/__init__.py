"""Files: atomic writes, npz, larger-than-memory arrays, locks."""
