"""Which stored results are still what a run would make: `plan` says it before the run, `RecordHook` writes it down in it.

A result is *fresh* where nothing has changed of what made it: parameters, code, the results that it was made from, and
its own file.
"""

from standin.kedro_ext.incremental.plan import Plan, plan
from standin.kedro_ext.incremental.recorder import RecordHook

__all__ = ["Plan", "RecordHook", "plan"]
