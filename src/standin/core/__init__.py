"""What every other package builds on: errors, types, images, leakage, `_target_`, code digests."""
