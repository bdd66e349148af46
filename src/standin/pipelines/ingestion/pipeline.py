"""source -> train, validation, test, labeled, copies, held_out; with keep_whole, full_train."""

from kedro.pipeline import Node, Pipeline

from standin.pipelines.ingestion.nodes import ingest
from standin.pipelines.node_helpers import bind

PARAMETERS = ("source", "conditions", "split_seed", "n_real", "withheld_subset", "label_budget")


def create_pipeline(keep_whole: bool) -> Pipeline:
    """Once per data set; `keep_whole`: whether the reference models need all training images."""
    whole = ["full_train"] if keep_whole else []
    node = Node(
        bind(ingest, keep_whole=keep_whole),
        inputs=[f"params:{key}" for key in PARAMETERS],
        outputs=["train", "validation", "test", "labeled", "copies", "held_out", *whole],
        name="ingest",
        tags={"ingest"},
    )
    return Pipeline([node])
