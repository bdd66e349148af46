"""Keras callbacks, one per file. They share one `Progress`; `HistoryCallback` counts its epochs and precedes the
callbacks that read them."""

from standin.training.callbacks.checkpoints import CheckpointCallback
from standin.training.callbacks.diagnostics import DiagnosticsCallback
from standin.training.callbacks.history import HistoryCallback
from standin.training.callbacks.non_finite import TerminateOnNonFinite
from standin.training.callbacks.reporting import ReportCallback
from standin.training.callbacks.snapshots import SnapshotCallback

__all__ = [
    "CheckpointCallback",
    "DiagnosticsCallback",
    "HistoryCallback",
    "ReportCallback",
    "SnapshotCallback",
    "TerminateOnNonFinite",
]
