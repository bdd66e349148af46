"""Generation: trains a generative model and samples it."""

from standin.pipelines.generation.pipeline import create_given_pipeline, create_pipeline

__all__ = ["create_given_pipeline", "create_pipeline"]
