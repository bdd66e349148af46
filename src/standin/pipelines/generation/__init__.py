"""Generation: trains a generative model and samples it."""

from standin.pipelines.generation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
