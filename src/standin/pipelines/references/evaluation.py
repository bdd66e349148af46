"""The node that scores the regressor."""

from typing import Any

import numpy as np

from standin.metrics.condition_readings import condition_readings

Arrays = dict[str, np.ndarray]
KerasModel = Any  # keras.Model: Keras is imported when a node runs, not when pipelines are listed


def evaluate_regressor(regressor: KerasModel, train: Arrays, test: Arrays) -> dict[str, Any]:
    """How well the regressor reads each condition of real test images: the value to expect of generated images."""
    from standin.training.inference import outputs_of

    read = outputs_of(regressor, test["images"])
    readings = condition_readings(test["conditions"], read, test["condition_names"].tolist())
    return {
        "images_trained_on": len(train["images"]),
        "test_images": {name: reading._asdict() for name, reading in readings.items()},
    }
