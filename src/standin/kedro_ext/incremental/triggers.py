"""Why a node has to run again."""

from typing import Any, Literal, NamedTuple

from standin.core.mappings import flatten, shorten
from standin.kedro_ext.incremental.files import same
from standin.kedro_ext.incremental.records import Record
from standin.kedro_ext.incremental.state import NodeState


class Trigger(NamedTuple):
    """One reason to run a node.

    Attributes:
        kind: what changed: `new` where there are no results yet, `rebuilt` where an input was made again since.
        name: of the parameter, module, package, catalog entry or path.
        before: what the stored result was made from: a value, a digest, a version; None where there was none.
        after: the same now.
    """

    kind: Literal["new", "output", "parameter", "code", "input", "rebuilt"]
    name: str = ""
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        match self.kind:
            case "new":
                return "no results yet"
            case "rebuilt":
                return "its inputs were rebuilt"
            case "parameter":
                return f"{self.name} changed: {shorten(self.before)} -> {shorten(self.after)}"
        return f"{self.name} {'is missing' if self.after is None and self.kind == 'output' else 'changed'}"


def changes(record: Record, now: NodeState) -> list[Trigger]:
    """Everything in which a stored result was made from something else; empty if nothing changed."""
    before, after = (dict(flatten(parameters)) for parameters in (record["parameters"], now.parameters))
    triggers = [
        Trigger("parameter", key, before.get(key), after.get(key))
        for key in dict.fromkeys([*after, *before])
        if repr(before.get(key)) != repr(after.get(key))
    ]
    old, new = record["code"], now.code
    names = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    triggers += [Trigger("code", name, old.get(name), new.get(name)) for name in names]
    inputs = record["inputs"]
    triggers += [
        Trigger("input", name, *((state and state["content"]) for state in (inputs.get(name), now.inputs.get(name))))
        for name in {**now.inputs, **inputs}
        if not same(inputs.get(name), now.inputs.get(name))
    ]
    if not triggers and record["fingerprint"] != now.fingerprint:
        triggers.append(Trigger("rebuilt"))
    return triggers


def summary(triggers: tuple[Trigger, ...]) -> str:
    """The first trigger in words; of changed modules, how many more there are."""
    first = triggers[0]
    more = sum(trigger.kind == "code" for trigger in triggers) - 1
    return f"{first.name} and {more} more changed" if first.kind == "code" and more else str(first)
