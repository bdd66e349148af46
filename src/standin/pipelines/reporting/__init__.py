"""Reporting: figures of each experiment, the accuracy table, and the report a person reads."""

from standin.pipelines.reporting.pipeline import create_experiment_pipeline, create_pipeline

__all__ = ["create_experiment_pipeline", "create_pipeline"]
