"""Sample quality: what is measured of generated images without training a classifier."""
