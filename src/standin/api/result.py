"""What a comparison returns."""

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from standin.api.run import Results
from standin.pipelines.tracking import verdict_metric
from standin.reports.tables import accuracies
from standin.reports.terminal import aligned, verdict_text
from standin.verdict.formatting import places
from standin.verdict.schema import Verdict


def quality_table(metrics: Mapping[str, Sequence[Mapping[str, Any]]]) -> pd.DataFrame:
    """A row for each metric of each set of generated images: `value`, next to `real`, that of real images; intervals of
    both; `n` images; `reason`, why there is no value.

    Args:
        metrics: name of the set -> `standin.metrics.MetricResult` as mappings.
    """
    rows = [{"generated": name, **metric} for name, of_set in metrics.items() for metric in of_set]
    columns = ["generated", "name", "value", "low", "high", "real", "real_low", "real_high", "n", "explanation"]
    return pd.DataFrame(rows)[[*columns, "reason"]]


class Comparison:
    """The result of `standin.compare`.

    Attributes:
        verdict: answers, intervals and sentences (`standin.verdict.schema.Verdict`).
        accuracy: a row for each classifier.
        quality: a row for each metric of each set of generated images, next to its value for real images.
        parameters: complete, with the environment of the run.
        notes: what was resized, converted or ignored, and which images are the test images.
    """

    def __init__(self, results: Results, names: Sequence[str], notes: Sequence[str] = ()) -> None:
        self._results, self.notes = results, tuple(notes)
        self.verdict: Verdict = results.shared["verdict"]
        self.accuracy: pd.DataFrame = results.shared["accuracy"]
        self.parameters: dict[str, Any] = results.shared["run_parameters"]
        metrics = {name: results.experiments[name]["sample_quality"]["metrics"] for name in names}
        self.quality = quality_table(metrics)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What makes the verdict weak, such as too few images."""
        return self.verdict.warnings

    @property
    def sentences(self) -> list[str]:
        """One paragraph for each generator, its answers first; then what holds for all of them."""
        models = self.verdict.generative_models
        first, *others = ([*answers.sentences] for answers in models.values())
        common = [sentence for sentence in first if others and all(sentence in other for other in others)]
        paragraphs = [
            f"{name}: {' '.join(sentence for sentence in answers.sentences if sentence not in common)}"
            for name, answers in models.items()
        ]
        return [*paragraphs, *([f"All sets: {' '.join(common)}"] if common else [])]

    @property
    def summary(self) -> pd.DataFrame:
        """What classifiers were trained on, and their accuracy (mean over seeds), best first."""
        decimals = places(self.verdict.test_images)
        interval = f"{self.verdict.confidence:.0%} interval"
        rows = [
            {
                "trained on": name,
                "generated images": f"{mean.n_synthetic:,}",
                "accuracy": f"{mean.accuracy:.{decimals}%}",
                interval: f"{mean.low:.{decimals}%} to {mean.high:.{decimals}%}",
            }
            for name, mean in accuracies(self.accuracy)
        ]
        return pd.DataFrame(rows)

    def to_html(self, path: str | Path | None = None) -> str:
        """The report as one self-contained HTML page; written to `path` if one is given."""
        page: str = self._results.shared["report"]
        if path is not None:
            Path(path).write_text(page, encoding="utf-8")
        return page

    def log_mlflow(self) -> None:
        """Logs the verdict, accuracies, metrics and the report to the active MLflow run, or to a new one."""
        import mlflow

        with mlflow.start_run(nested=mlflow.active_run() is not None):
            mlflow.log_metrics({verdict_metric(name): value for name, value in self.verdict.metrics()})
            for name, model in self.verdict.generative_models.items():
                mlflow.log_metrics({f"{name}/{verdict_metric(key)}": value for key, value in model.metrics()})
            mlflow.log_table(self.accuracy, "accuracy.json")
            mlflow.log_table(self.quality, "quality.json")
            mlflow.log_dict(self.verdict.model_dump(mode="json"), "verdict.json")
            mlflow.log_text(self.to_html(), "report.html")

    def __str__(self) -> str:
        width = min(100, shutil.get_terminal_size((100, 24)).columns)
        paragraphs = [textwrap.fill(sentence, width, break_on_hyphens=False) for sentence in self.sentences]
        table = aligned([[*self.summary.columns], *self.summary.to_numpy().tolist()], numbers=True)
        answers = verdict_text(self.parameters["title"], self.verdict)
        return "\n\n".join([answers, *paragraphs, "\n".join(table)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        warnings = "".join(f"<p><b>Warning:</b> {escape(sentence)}</p>" for sentence in self.warnings)
        paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences)
        return warnings + paragraphs + self.summary.to_html(index=False, border=0)
