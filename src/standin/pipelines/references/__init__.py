"""Reference models of a data set (oracle, feature extractor, regressor), and their outputs for its real images."""

from standin.pipelines.references.pipeline import create_images_pipeline, create_pipeline

__all__ = ["create_images_pipeline", "create_pipeline"]
