"""Reference models of a data set: oracle, feature extractor, regressor."""
