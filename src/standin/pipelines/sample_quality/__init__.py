"""Sample quality: what is measured of generated images without training a classifier."""

from standin.pipelines.sample_quality.pipeline import NAMESPACE, create_pipeline

__all__ = ["NAMESPACE", "create_pipeline"]
