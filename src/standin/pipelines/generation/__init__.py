"""Generation: a generative model is trained on train rows and sampled."""

from standin.pipelines.generation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
