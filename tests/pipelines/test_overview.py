"""The overview is rebuilt from stored results."""

import logging
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from kedro.io import DataCatalog, MemoryDataset

from standin.config.plan import DataSetPlan
from standin.kedro_ext.datasets import PydanticJSONDataset, RecordsDataset, TextDataset
from standin.kedro_ext.incremental.state import RECORDS
from standin.pipelines.reporting.overview import renew_overview
from tests.verdict.examples import full_verdict

PLANS = {name: DataSetPlan(name, {"title": title}) for name, title in (("digits", "Digits"), ("mnist", "MNIST"))}


@pytest.fixture
def catalog(tmp_path: Path) -> DataCatalog:
    """Stored results of both data sets."""
    accuracy = pd.DataFrame({"arm": ["real"], "generative_model": None, "accuracy": 0.9, "classifier_seed": 0})
    counts = {name: 0 for name in ("n_synthetic", "n_labels_spent", "n_manual_labels")}
    datasets: dict[str, Any] = {
        RECORDS: RecordsDataset(str(tmp_path / "records")),
        "overview": TextDataset(filepath=str(tmp_path / "report.html")),
    }
    for name, plan in PLANS.items():
        verdict = PydanticJSONDataset(str(tmp_path / f"{name}.json"), "standin.verdict.schema.Verdict", results_of=name)
        verdict.save(full_verdict())
        parameters = plan.entry | {"n_real": None, "withheld_subset": None}
        datasets |= {
            f"{name}.verdict": verdict,
            f"{name}.accuracy": MemoryDataset(accuracy.assign(accuracy_low=0.8, accuracy_high=1.0, **counts)),
            f"{name}.run_parameters": MemoryDataset(parameters),
            f"{name}.report": MemoryDataset("<html>"),
        }
    return DataCatalog(datasets)


def test_the_overview_has_every_data_set_with_results(catalog: DataCatalog) -> None:
    entries = PLANS | {"cifar": DataSetPlan("cifar", {"title": "CIFAR-10"})}
    assert renew_overview(catalog, entries, catalog.load(RECORDS).folder)
    page = catalog.load("overview")
    assert "digits/report.html" in page and "mnist/report.html" in page and "cifar" not in page


def test_results_of_another_version_are_left_out_with_a_warning(
    catalog: DataCatalog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "mnist.json").write_text('{"generative_models": {}}')
    with caplog.at_level(logging.WARNING):
        assert renew_overview(catalog, PLANS, catalog.load(RECORDS).folder)
    page = catalog.load("overview")
    assert "digits/report.html" in page and "mnist" not in page
    assert "The overview leaves out mnist: " in caplog.text and "schema_version must be 6, got None" in caplog.text
    assert not renew_overview(catalog, {"mnist": PLANS["mnist"]}, catalog.load(RECORDS).folder)


def test_an_unexpected_error_while_loading_is_raised(catalog: DataCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PydanticJSONDataset, "_class", lambda self: self.no_such_attribute)
    with pytest.raises(Exception, match="no_such_attribute"):
        renew_overview(catalog, PLANS, catalog.load(RECORDS).folder)
