"""What ingestion refuses."""

from pathlib import Path

import numpy as np
import pytest

from standin.core.errors import InputError
from standin.pipelines.ingestion.nodes import ingest


def test_a_real_data_set_without_labels_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", images=np.zeros((9, 8, 8), np.uint8))
    source = {"_target_": "standin.data.npz.load", "path": str(tmp_path / "x.npz"), "labels": "optional"}
    with pytest.raises(InputError, match="source: the images of a real data set must have labels"):
        ingest(source, [], 0, None, None, None)
