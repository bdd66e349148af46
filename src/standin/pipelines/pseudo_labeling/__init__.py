"""Pseudo-labeling: samples of unconditional models get labels, and the real labels that this costs are counted."""

from standin.pipelines.pseudo_labeling.pipeline import create_experiment_pipeline, create_pipeline

__all__ = ["create_experiment_pipeline", "create_pipeline"]
