"""train -> generative_model, history, snapshots -> synthetic."""

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


def create_given_pipeline(place: int) -> Pipeline:
    """Once per set of images that were generated elsewhere; `place` is its place among the sets of one name."""
    load = Node(
        bind(load_generated_images, place=place),
        inputs=["params:model", "train", "validation", "test", "copies"],
        outputs=["synthetic", "history", "snapshots"],
        name="load_generated_images",
    )
    return Pipeline([load])
