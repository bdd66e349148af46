"""Reporting: figures of each experiment, the accuracy table, and the report a person reads."""

from standin.pipelines.reporting.pipeline import OF_EXPERIMENT, create_experiment_pipeline, create_pipeline, own

__all__ = ["OF_EXPERIMENT", "create_experiment_pipeline", "create_pipeline", "own"]
