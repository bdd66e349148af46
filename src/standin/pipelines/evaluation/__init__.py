"""Evaluation: classifiers are scored on test images, and the verdict follows."""

from standin.pipelines.evaluation.pipeline import (
    create_epoch_table_pipeline,
    create_experiment_pipeline,
    create_pipeline,
    create_verdict_pipeline,
)

__all__ = [
    "create_epoch_table_pipeline",
    "create_experiment_pipeline",
    "create_pipeline",
    "create_verdict_pipeline",
]
