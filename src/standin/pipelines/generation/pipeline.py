"""train -> generative_model, history, snapshots -> synthetic."""

from collections.abc import Sequence

from kedro.pipeline import Node, Pipeline

from standin.pipelines.generation.given import load_generated_images
from standin.pipelines.generation.nodes import sample_generative_model, train_generative_model
from standin.pipelines.node_helpers import bind, with_checkpoint


def create_pipeline(seed: int) -> Pipeline:
    """Once per experiment; `seed` is its generator seed."""
    parameters = ["params:n_synthetic", "params:synthetic_ratio", "params:pseudo_labeling"]
    train = Node(
        bind(with_checkpoint(train_generative_model, "train_generative_model"), seed=seed),
        inputs=["checkpoint", "train", "params:model", "params:augmentation"],
        outputs=["generative_model", "history", "snapshots", "generative_model_seen"],
        name="train_generative_model",
        tags=["train", "gpu"],
    )
    sample = Node(
        bind(sample_generative_model, seed=seed),
        inputs=["generative_model", "generative_model_seen", "train", *parameters],
        outputs="synthetic",
        name="sample_generative_model",
        tags=["gpu"],
    )
    return Pipeline([train, sample])


def create_given_pipeline(place: int, earlier: Sequence[str] = ()) -> Pipeline:
    """Once per set of images that were generated elsewhere.

    Args:
        place: of the set among the sets of one name.
        earlier: the images of the sets before it.
    """
    load = Node(
        bind(load_generated_images, place=place),
        inputs=["params:model", "train", "validation", "test", "copies", *earlier],
        outputs=["synthetic", "history", "snapshots"],
        name="load_generated_images",
    )
    return Pipeline([load])
