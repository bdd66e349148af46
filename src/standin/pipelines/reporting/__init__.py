"""Reporting: figures of each experiment, the accuracy table, and the report a person reads."""

from standin.pipelines.reporting.pipeline import EXPERIMENT_PARTS, create_experiment_pipeline, create_pipeline, own

__all__ = ["EXPERIMENT_PARTS", "create_experiment_pipeline", "create_pipeline", "own"]
