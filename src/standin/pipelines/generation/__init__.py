"""Generation: trains a generative model and samples it."""
