"""Reference models of a data set (oracle, feature extractor, regressor), and what they say about its real images."""

from standin.pipelines.references.pipeline import create_images_pipeline, create_pipeline

__all__ = ["create_images_pipeline", "create_pipeline"]
