"""What a comparison returns."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from standin.api.run import Results
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
    """

    def __init__(self, results: Results, names: Sequence[str]) -> None:
        self._results, self._names = results, list(names)
        self.verdict: Verdict = results.shared["verdict"]
        self.accuracy: pd.DataFrame = results.shared["accuracy"]
        self.parameters: dict[str, Any] = results.shared["run_parameters"]
        metrics = {name: results.experiments[name]["sample_quality"]["metrics"] for name in self._names}
        self.quality = quality_table(metrics)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was resized, converted or ignored in reading the generated images."""
        samples = (self._results.experiments[name]["synthetic"] for name in self._names)
        return tuple(dict.fromkeys(str(note) for arrays in samples for note in arrays["notes"]))

    @property
    def sentences(self) -> list[str]:
        """One paragraph for each generator: its name and its verdict in words."""
        return [f"{name}: {model.sentence}" for name, model in self.verdict.generative_models.items()]

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
            mlflow.log_metrics(dict(self.verdict.metrics()))
            for name, model in self.verdict.generative_models.items():
                mlflow.log_metrics({f"{name}/{key.replace('.', '/')}": value for key, value in model.metrics()})
            mlflow.log_table(self.accuracy, "accuracy.json")
            mlflow.log_table(self.quality, "quality.json")
            mlflow.log_dict(self.verdict.model_dump(mode="json"), "verdict.json")
            mlflow.log_text(self.to_html(), "report.html")

    def __str__(self) -> str:
        columns = ["arm", "generative_model", "n_real", "n_synthetic", "classifier_seed"]
        table = self.accuracy[columns].fillna("").copy()
        table["accuracy, %"] = (100 * self.accuracy["accuracy"]).map("{:.1f}".format)
        return "\n\n".join([*self.sentences, table.to_string(index=False)])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        paragraphs = "".join(f"<p>{escape(sentence)}</p>" for sentence in self.sentences)
        return paragraphs + self.accuracy.to_html(index=False, float_format="{:.3f}".format)
