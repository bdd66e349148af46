"""Pseudo-labeling: labels samples of unconditional models and counts the real labels that this requires."""

from standin.pipelines.pseudo_labeling.pipeline import create_experiment_pipeline, create_pipeline

__all__ = ["create_experiment_pipeline", "create_pipeline"]
