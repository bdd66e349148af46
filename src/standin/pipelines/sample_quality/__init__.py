"""Sample quality: measurements of generated images that do not train a classifier on them."""
