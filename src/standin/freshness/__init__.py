"""Which stored results are still what a run would make: `plan` says it before the run, `Keeper` writes it down in it.

A result is *fresh* where nothing has changed of what made it: parameters, code, the results that it was made from, and
its own file.
"""

from standin.freshness.keeper import Keeper
from standin.freshness.plan import Plan, plan

__all__ = ["Keeper", "Plan", "plan"]
