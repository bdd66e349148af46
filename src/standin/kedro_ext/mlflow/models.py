"""Networks as MLflow's logged models. `mlflow.keras.load_model` loads one after `standin.models.register_all()`."""

import logging
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mlflow.models import ModelSignature


def log_network(run_id: str, name: str, network: Any) -> None:
    """Logs a Keras model.

    Args:
        run_id: of the run that trained it, in the active experiment.
        name: in MLflow, without slashes, dots and colons.
    """
    import keras
    import mlflow.keras
    from mlflow.models import Model

    logging.getLogger("mlflow.keras.save").setLevel(logging.ERROR)  # it warns of models without a signature
    Model.log(
        None,
        mlflow.keras,
        name=name,
        run_id=run_id,
        model=network,
        signature=signature_of(network),
        pip_requirements=[f"keras=={keras.__version__}"],
    )


def signature_of(network: Any) -> "ModelSignature | None":
    """The shapes of a network's input and output without the number of images. None for one without fixed shapes, such
    as a generative model: `sample` generates images."""
    from mlflow.models import ModelSignature
    from mlflow.types import Schema, TensorSpec

    shapes: list[Any] = [getattr(network, name, None) for name in ("input_shape", "output_shape")]
    if not all(isinstance(shape, tuple) for shape in shapes):
        return None
    taken, returned = (Schema([TensorSpec(np.dtype(np.float32), (-1, *shape[1:]))]) for shape in shapes)
    return ModelSignature(inputs=taken, outputs=returned)
