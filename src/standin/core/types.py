"""Shared type aliases.

Those of Keras objects are `Any`: Kedro evaluates the type hints of nodes when it lists pipelines, but Keras, which has
no complete types, must be imported only when a node runs.
"""

from typing import Any, TypeAlias

import numpy as np

Arrays: TypeAlias = dict[str, np.ndarray]
"""Named arrays, such as `images`, `labels` and `image_ids` of one split."""
KerasModel: TypeAlias = Any
"""`keras.Model`"""
GenerativeModel: TypeAlias = Any
"""`standin.training.GenerativeModel`"""
Checkpoint: TypeAlias = Any
"""`standin.training.Checkpoint`"""
