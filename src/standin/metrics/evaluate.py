"""Metrics by name or by group, next to their values for real images."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from standin.core.errors import TooFewImages
from standin.core.validation import did_you_mean
from standin.metrics.inputs import INPUTS
from standin.metrics.proportion import Proportion
from standin.metrics.registry import GROUPS, METRICS, Better, Metric


class MetricResult(NamedTuple):
    """One value of one generative model.

    Attributes:
        name, label, explanation, better: as of `Metric`, with keys and numbers filled in.
        value: of the generated images.
        real: the same of real images that nothing was trained on, where that makes sense: the value to expect.
        low, high, real_low, real_high: 95% intervals of `value` and `real`, where these are proportions.
        n, n_real: numbers of images behind `value` and `real`.
    """

    name: str
    label: str
    value: float
    explanation: str
    better: Better
    real: float | None = None
    low: float | None = None
    high: float | None = None
    real_low: float | None = None
    real_high: float | None = None
    n: int | None = None
    n_real: int | None = None


def evaluate_metrics(
    metrics: str | Iterable[str], inputs: Mapping[str, Any], real_inputs: Mapping[str, Any] | None = None
) -> list[MetricResult]:
    """Computes metrics; those that raise `TooFewImages` are left out.

    Args:
        metrics: names of metrics, or a group: all its metrics for which there are inputs.
        inputs: name -> value, in the vocabulary of `standin.metrics.inputs.INPUTS`.
        real_inputs: what replaces some of the inputs for the value to expect, such as features of real images in the
            place of `generated`. Metrics that read none of it, or have too few of these images, get no such value.

    Raises:
        ValueError: an unknown metric, a named metric that lacks an input, or a wrong input.
    """
    chosen = _group(metrics, inputs) if isinstance(metrics, str) and metrics in GROUPS else _named(metrics, inputs)
    results = []
    for function in dict.fromkeys(metric.function for metric in chosen):
        of_function = [metric for metric in chosen if metric.function is function]
        first, replaced = of_function[0], real_inputs or {}
        computed = _compute(first, inputs)
        if computed is None:
            continue
        expected = _compute(first, {**inputs, **replaced}) if replaced.keys() & set(first.inputs) else None
        results += [result for metric in of_function for result in _results(metric, inputs, computed, expected)]
    return results


Value = tuple[float, float | None, float | None, int | None]
"""Value, ends of its interval, and number of images."""
Computed = tuple[Any, int | None]
"""What a function returns, and its number of images."""


def _group(group: str, inputs: Mapping[str, Any]) -> list[Metric]:
    return [metric for metric in METRICS.values() if metric.group == group and inputs.keys() >= set(metric.inputs)]


def _named(names: str | Iterable[str], inputs: Mapping[str, Any]) -> list[Metric]:
    chosen = []
    for name in [names] if isinstance(names, str) else names:
        if name not in METRICS:
            raise ValueError(f"there is no metric {name!r}{did_you_mean(name, [*METRICS, *GROUPS])}")
        missing = [needed for needed in METRICS[name].inputs if needed not in inputs]
        if missing:
            raise ValueError(f"metric {name} needs {missing[0]}: {INPUTS[missing[0]].meaning}")
        chosen.append(METRICS[name])
    return chosen


def _compute(metric: Metric, inputs: Mapping[str, Any]) -> Computed | None:
    """The images that are scored are those of the first input; None for too few images."""
    names = (*metric.inputs, *(name for name in metric.optional_inputs if name in inputs))
    try:
        returned = metric.function(**{name: inputs[name] for name in names})
    except TooFewImages:
        return None
    return returned, len(inputs[names[0]]) if INPUTS[names[0]].axes else None


def _results(
    metric: Metric, inputs: Mapping[str, Any], computed: Computed, expected: Computed | None
) -> Iterator[MetricResult]:
    reals = _values(metric, expected) if expected else {}
    for key, (value, low, high, n) in _values(metric, computed).items():
        real, real_low, real_high, n_real = reals.get(key) or (None, None, None, None)
        name, label = metric.name.format(key=key.replace(" ", "_")), metric.label.format(key=key)
        explanation = metric.explanation.format_map({**inputs, "key": key})
        yield MetricResult(
            name, label, value, explanation, metric.better, real, low, high, real_low, real_high, n, n_real
        )


def _values(metric: Metric, computed: Computed) -> dict[str, Value]:
    """Key -> value, low, high and n; "" where the function returns one value of the metric."""
    returned, n = computed
    values: dict[str, Value] = {}
    for key, value in (returned if isinstance(returned, Mapping) else {"": returned}).items():
        part = getattr(value, metric.field) if metric.field else value
        is_proportion = isinstance(part, Proportion)
        values[key] = (part.value, part.low, part.high, part.n) if is_proportion else (float(part), None, None, n)
    return values
