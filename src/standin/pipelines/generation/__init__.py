"""Generation: a generative model is trained on training images and sampled."""

from standin.pipelines.generation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
