"""source -> train, validation, test, labeled; where train rows are cut, full_train."""

from kedro.pipeline import Node, Pipeline

from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.node_helpers import bind

PARAMETERS = ("source", "conditions", "split_seed", "n_real", "withheld_subset", "label_budget")


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
                outputs=["train", "validation", "test", "labeled", *(["full_train"] if keep_whole else [])],
                name="ingest",
                tags={"ingest"},
            )
        ]
    )
