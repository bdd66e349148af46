"""source -> train, validation, test, labelled; where train rows are cut, whole_train."""

from kedro.pipeline import Node, Pipeline

from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.node_helpers import bind

PARAMETERS = ("source", "conditions", "split_seed", "real_rows", "hole", "label_budget")


def create_pipeline(keep_whole: bool) -> Pipeline:
    """Once a data set.

    Args:
        keep_whole: whether judges need all train rows beside those that there are to be.
    """
    return Pipeline(
        [
            Node(
                bind(ingest, keep_whole=keep_whole),
                inputs=[f"params:{key}" for key in PARAMETERS],
                outputs=["train", "validation", "test", "labelled", *(["whole_train"] if keep_whole else [])],
                name="ingest",
            )
        ]
    )
