"""Reference models of a data set (oracle, feature extractor, regressor), and their outputs for its real images."""

from standin.pipelines.references.pipeline import SECOND_EXTRACTOR, create_images_pipeline, create_pipeline

__all__ = ["SECOND_EXTRACTOR", "create_images_pipeline", "create_pipeline"]
