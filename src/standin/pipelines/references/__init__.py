"""Reference models of a data set (oracle, feature extractor, regressor), and their outputs for its real images."""
