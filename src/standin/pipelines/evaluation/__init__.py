"""Evaluation: the only stage that opens the test rows."""

from standin.pipelines.evaluation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
