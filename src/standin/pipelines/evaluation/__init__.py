"""Evaluation: scores of classifiers on test images, and the verdict."""

from standin.pipelines.evaluation.pipeline import (
    create_epoch_table_pipeline,
    create_experiment_pipeline,
    create_pipeline,
    create_verdict_pipeline,
)

__all__ = ["create_epoch_table_pipeline", "create_experiment_pipeline", "create_pipeline", "create_verdict_pipeline"]
