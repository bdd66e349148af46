"""Sample quality: measurements of generated images that do not train a classifier on them."""

from standin.pipelines.sample_quality.pipeline import NAMESPACE, create_pipeline

__all__ = ["NAMESPACE", "create_pipeline"]
