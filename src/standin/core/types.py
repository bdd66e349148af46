"""Type aliases that many modules share."""

from typing import Any, TypeAlias

import numpy as np

Arrays: TypeAlias = dict[str, np.ndarray]
"""Named arrays, such as `images`, `labels` and `image_ids` of one split."""

KerasModel: TypeAlias = Any
"""A `keras.Model`. Keras, which has no complete types, is imported when a node runs, not when pipelines are listed."""
