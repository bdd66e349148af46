"""Reporting: figures of each experiment, the accuracy table, and the HTML reports."""

from standin.pipelines.reporting.pipeline import create_curve_pipeline, create_experiment_pipeline, create_pipeline

__all__ = ["create_curve_pipeline", "create_experiment_pipeline", "create_pipeline"]
