"""Labeling: samples of unconditional models get labels, and every label that was paid for is counted."""

from standin.pipelines.pseudo_labeling.pipeline import create_experiment_pipeline, create_pipeline

__all__ = ["create_experiment_pipeline", "create_pipeline"]
