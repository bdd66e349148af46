"""What every other part builds on: errors, types, images, leakage, `_target_`, code digests."""
