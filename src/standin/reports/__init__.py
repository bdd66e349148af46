"""Reports, overview and data card."""
