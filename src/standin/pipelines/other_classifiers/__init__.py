"""Other classifiers: a second network, which has to confirm a yes, and inexpensive classifiers on pixels."""

from standin.pipelines.other_classifiers.pipeline import create_experiment_pipeline, create_pipeline

__all__ = ["create_experiment_pipeline", "create_pipeline"]
