"""Configuration: schema, defaults, loader, preflight checks."""
