"""Classification: for each arm and seed a classifier, all with the same architecture and the same number of steps."""

from standin.pipelines.classification.pipeline import (
    TRAINS_FOR_EPOCH_TABLE,
    create_epoch_table_pipeline,
    create_experiment_pipeline,
    create_pipeline,
)

__all__ = ["TRAINS_FOR_EPOCH_TABLE", "create_epoch_table_pipeline", "create_experiment_pipeline", "create_pipeline"]
