"""source -> train, validation, test, labelled."""

from kedro.pipeline import Node, Pipeline

from standin.pipelines.ingestion.nodes import ingest


def create_pipeline() -> Pipeline:
    """Once a data set."""
    return Pipeline(
        [
            Node(
                ingest,
                inputs=["params:source", "params:conditions", "params:split_seed", "params:label_budget"],
                outputs=["train", "validation", "test", "labelled"],
                name="ingest",
            )
        ]
    )
