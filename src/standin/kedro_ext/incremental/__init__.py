"""Incremental runs: `plan` says before a run which results are up to date, `RecordHook` records during it what results
are made from.

A result is *up to date* where nothing has changed of what made it: parameters, code, the files and results that it was
made from, and its own file.
"""

from standin.kedro_ext.incremental.plan import Plan, plan
from standin.kedro_ext.incremental.recorder import RecordHook
from standin.kedro_ext.incremental.rules import Remainder, Rules

__all__ = ["Plan", "RecordHook", "Remainder", "Rules", "plan"]
