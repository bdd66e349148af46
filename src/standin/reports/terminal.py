"""The results of a data set as text for a terminal."""

from collections.abc import Mapping, Sequence
from textwrap import fill
from types import MappingProxyType
from typing import Any

import pandas as pd

from standin.reports.tables import SMALLEST_CHANGE_PP, accuracies
from standin.verdict.formatting import places, signed, worth_in_words
from standin.verdict.headline import headlines
from standin.verdict.schema import Answer, ModelVerdict, Verdict

RESULTS = ("verdict", "accuracy")
"""Catalog entries of a data set that `results_text` prints."""
QUESTION = "can generated images stand in for real ones?"
WIDTH = 100


def results_text(data_set: str, results: Mapping[str, Any], before: Mapping[str, Any] = MappingProxyType({})) -> str:
    """The verdict and the table of accuracies, as far as they are among the results.

    Args:
        data_set: its name.
        results, before: `verdict` and `accuracy` of this run, and of the previous one.
    """
    parts = []
    verdict = results.get("verdict")
    if verdict:
        parts.append(verdict_text(data_set, verdict, before.get("verdict")))
    if "accuracy" in results:
        decimals = places(verdict.test_images) if verdict else 1
        parts.append(accuracy_text(data_set, results["accuracy"], before.get("accuracy"), decimals))
    return "\n\n".join(parts)


def verdict_text(data_set: str, verdict: Verdict, before: Verdict | None = None) -> str:
    """The question, and a line for each generative model and each question: the answer, the difference from real images
    with its interval, what the images are worth, and the answer of the previous run, if it was another.

    Args:
        data_set: its name.
        before: the verdict of the previous run.
    """
    rows = [
        ["", "question", "answer", f"percentage points ({verdict.confidence:.0%} interval)", "worth in real images"]
    ]
    earlier = before.generative_models if before else {}
    for model, answers in verdict.generative_models.items():
        old = earlier[model].by_question if model in earlier else {}
        for place, (question, answer) in enumerate(answers.by_question.items()):
            changed = question in old and old[question].words != answer.words
            words = f"{answer.words} (was {old[question].words})" if changed else answer.words
            worth = _worth(answers, verdict) if question == "replace" else ""
            rows.append(["" if place else model, question, words, _difference(answer, verdict), worth])
    lines = [f"{data_set}: {QUESTION}", ""]
    lines += [f"{one.question} {one.words.capitalize()}." for one in headlines(verdict)]
    lines += ["", *(f"  {line}" for line in aligned(rows))]
    lines += [f"  {name} is left out: {reason}" for name, reason in verdict.failed.items()]
    warnings = [fill(f"Warning: {sentence}", WIDTH) for sentence in verdict.warnings]
    return "\n".join([*lines, *(["", *warnings] if warnings else [])])


def _difference(answer: Answer, verdict: Verdict) -> str:
    """`-2.2 (-3.4 to -1.1)`."""
    found, decimals = answer.best, places(verdict.test_images)
    pp, low, high = (signed(value, decimals) for value in (found.pp, found.low, found.high))
    return f"{pp} ({low} to {high})"


def _worth(answers: ModelVerdict, verdict: Verdict) -> str:
    """`90 of 1,100`."""
    if not (answers.worth and verdict.real_curve):
        return ""
    return worth_in_words(answers.worth, verdict.real_curve)


def accuracy_text(data_set: str, accuracy: pd.DataFrame, before: pd.DataFrame | None = None, decimals: int = 1) -> str:
    """What classifiers were trained on and their accuracy on test images, best first.

    Args:
        data_set: its name.
        accuracy: the table of scores.
        before: that of the previous run, to show what changed.
        decimals: of percentages.
    """
    rows, old = [], dict([] if before is None else accuracies(before))
    for name, mean in accuracies(accuracy):
        labels = "unknown" if mean.n_labels_spent is None else f"{mean.n_labels_spent:,}"
        change_pp = 100 * (mean.accuracy - old[name].accuracy) if name in old else None
        moved = change_pp is not None and abs(change_pp) >= SMALLEST_CHANGE_PP
        rows.append(
            [
                name,
                f"{mean.n_synthetic:,}" if mean.n_synthetic else "",
                labels,
                f"{100 * mean.accuracy:.{decimals}f}",
                f"{100 * mean.low:.{decimals}f} to {100 * mean.high:.{decimals}f}",
                signed(change_pp, decimals) if moved and change_pp is not None else "" if name in old else "new",
            ]
        )
    header = ["trained on", "generated", "labels", "accuracy, %", "95% interval", "change"]
    if before is None or not any(row[-1] for row in rows):
        header, rows = header[:-1], [row[:-1] for row in rows]
    return "\n".join([f"{data_set}: accuracy on real test images", "", *aligned([header, *rows], numbers=True)])


def aligned(rows: Sequence[Sequence[str]], numbers: bool = False) -> list[str]:
    """Lines of text with aligned columns; with `numbers`, all but the first column are on the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if numbers and place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return lines
