"""Metrics by name or by group, next to their values for real images."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from standin.core.errors import TooFewImages, Unreliable
from standin.core.validation import did_you_mean
from standin.metrics.inputs import INPUTS
from standin.metrics.proportion import Proportion
from standin.metrics.registry import GROUPS, METRICS, Better, Metric


class MetricResult(NamedTuple):
    """One value of one generative model.

    Attributes:
        name, label, explanation, better: as of `Metric`, with keys and numbers filled in.
        value: of the generated images; None if it would mean nothing.
        real: the same of real images that nothing was trained on, where that makes sense: the value to expect. The mean
            over several draws of such images, if there are any.
        low, high, real_low, real_high: 95% intervals of `value` and `real`, where these are proportions; with several
            draws of real images, the smallest and largest value.
        n, n_real: numbers of images behind `value` and `real`.
        reason: why there is no value.
    """

    name: str
    label: str
    value: float | None
    explanation: str
    better: Better
    real: float | None = None
    low: float | None = None
    high: float | None = None
    real_low: float | None = None
    real_high: float | None = None
    n: int | None = None
    n_real: int | None = None
    reason: str | None = None


def evaluate_metrics(
    metrics: str | Iterable[str],
    inputs: Mapping[str, Any],
    real_inputs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
) -> list[MetricResult]:
    """Computes metrics; those that raise `TooFewImages` are left out.

    Args:
        metrics: names of metrics, or a group: all its metrics for which there are inputs.
        inputs: name -> value, in the vocabulary of `standin.metrics.inputs.INPUTS`.
        real_inputs: what replaces some of the inputs for the value to expect, such as features of real images in the
            place of `generated`; or several such draws. Metrics that read none of it, or have too few of these images,
            get no such value.

    Raises:
        ValueError: an unknown metric, a named metric that lacks an input, or a wrong input.
    """
    chosen = _group(metrics, inputs) if isinstance(metrics, str) and metrics in GROUPS else _named(metrics, inputs)
    results = []
    for function in dict.fromkeys(metric.function for metric in chosen):
        of_function = [metric for metric in chosen if metric.function is function]
        first = of_function[0]
        try:
            computed = _compute(first, inputs)
        except Unreliable as error:
            results += [_without_value(metric, inputs, str(error)) for metric in of_function]
            continue
        except TooFewImages:
            continue
        draws = [draw for draw in _draws(real_inputs) if draw.keys() & set(first.inputs)]
        expected = _compute_all(first, [{**inputs, **draw} for draw in draws])
        results += [result for metric in of_function for result in _results(metric, inputs, computed, expected)]
    return results


Value = tuple[float, float | None, float | None, int | None]
"""Value, ends of its interval, and number of images."""
Computed = tuple[Any, int | None]
"""What a function returns, and its number of images."""
MOST_KEPT = 1000
_kept: dict[bytes, Computed] = {}
"""Digest of a metric and its inputs -> its result for a draw of real images, the oldest first."""


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


def _draws(real_inputs: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None) -> Sequence[Mapping[str, Any]]:
    if real_inputs is None:
        return ()
    return (real_inputs,) if isinstance(real_inputs, Mapping) else real_inputs


def _compute(metric: Metric, inputs: Mapping[str, Any]) -> Computed:
    """The images that are scored are those of the first input."""
    names = (*metric.inputs, *(name for name in metric.optional_inputs if name in inputs))
    returned = metric.function(**{name: inputs[name] for name in names})
    return returned, len(inputs[names[0]]) if INPUTS[names[0]].axes else None


def _compute_all(metric: Metric, draws: Sequence[Mapping[str, Any]]) -> list[Computed]:
    """Empty for too few images. Several draws are the same for all generative models of a data set, and are kept."""
    compute = _compute_once if len(draws) > 1 else _compute
    try:
        return [compute(metric, inputs) for inputs in draws]
    except TooFewImages:
        return []


def _compute_once(metric: Metric, inputs: Mapping[str, Any]) -> Computed:
    """As `_compute`; the result is kept for equal inputs."""
    digest = hashlib.blake2b(f"{metric.function.__module__}.{metric.function.__qualname__}".encode(), digest_size=16)
    for name in (*metric.inputs, *(name for name in metric.optional_inputs if name in inputs)):
        value = inputs[name]
        digest.update(f"{name} {np.shape(value)}".encode())
        digest.update(np.ascontiguousarray(value).tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    key = digest.digest()
    if key not in _kept:
        _kept[key] = _compute(metric, inputs)
        for oldest in list(_kept)[:-MOST_KEPT]:
            del _kept[oldest]
    return _kept[key]


def _without_value(metric: Metric, inputs: Mapping[str, Any], reason: str) -> MetricResult:
    explanation = metric.explanation.format_map({**inputs, "key": ""})
    return MetricResult(metric.name, metric.label, None, explanation, metric.better, reason=reason)


def _expected(draws: list[Value]) -> tuple[float | None, float | None, float | None, int | None]:
    if len(draws) < 2:
        return draws[0] if draws else (None, None, None, None)
    values = [value for value, *_ in draws]
    return sum(values) / len(values), min(values), max(values), draws[0][3]


def _results(
    metric: Metric, inputs: Mapping[str, Any], computed: Computed, expected: list[Computed]
) -> Iterator[MetricResult]:
    reals = [_values(metric, draw) for draw in expected]
    for key, (value, low, high, n) in _values(metric, computed).items():
        real, real_low, real_high, n_real = _expected([draw[key] for draw in reals if key in draw])
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
