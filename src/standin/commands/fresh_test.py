"""`kedro fresh-test`: scores stored classifiers on a data set's second test set, once, with frozen settings."""

from datetime import UTC, datetime
from typing import Any

import click

from standin.commands import common
from standin.config import loader
from standin.core.errors import InputError
from standin.core.validation import did_you_mean
from standin.io.locks import exclusive_run
from standin.kedro_ext.compat import local_path
from standin.kedro_ext.incremental.consistency import find_mismatch
from standin.kedro_ext.incremental.state import RECORDS
from standin.reports.tables import records
from standin.verdict.schema import Verdict

SPLITS = ("train", "validation", "test")
PARTS = (*SPLITS, "verdict", "run_parameters")


@common.friendly_errors
@click.command("fresh-test")
@click.option("--data-set", required=True, help="such as mnist; its pipeline must have run")
@common.env_option
@common.params_option
def fresh_test(data_set: str, env: str | None, params: dict[str, Any]) -> None:
    """Opens the second test set of a data set: the verdict on it is stored, and stays."""
    with common.stored_results(env, params) as catalog, exclusive_run([data_set], catalog.load(RECORDS).folder):
        record = open_fresh_test(data_set, catalog)
        verdict = Verdict.model_validate(record["verdict"])
        click.echo(f"{data_set}: second test set of {verdict.test_images:,} images, opened on {record['date']}")
        for model, answers in verdict.generative_models.items():
            click.echo(f"\n{model}: {answers.sentence}")
        click.echo(f"\nReport: {local_path(catalog[f'{data_set}.fresh_test_report'])}")


def open_fresh_test(data_set: str, catalog: Any) -> dict[str, Any]:
    """The stored record, or a new one if the test set was not opened yet.

    Returns:
        `date`, `source`, `frozen` (`standin.pipelines.evaluation.fresh.frozen_state`), `dropped`
        (`standin.data.fresh.Dropped`), `verdict`, and `accuracy`, the rows of the table.

    Raises:
        InputError: the data set names no second test set, has no complete results of one run, or its second test set
            was opened with other settings, classifiers or images.
    """
    source = _source_of(data_set)
    run = common.run_command(data_set)
    _require([f"{data_set}.{part}" for part in PARTS], catalog, run)
    common.start_backend()
    from standin.data.fresh import load_fresh
    from standin.pipelines.evaluation.fresh import fresh_verdict, frozen_state, results_needed
    from standin.reports.fresh_test import build_fresh_page

    *splits, stored_verdict, entry = (catalog.load(f"{data_set}.{part}") for part in PARTS)
    train, validation, test = splits
    models = stored_verdict.generative_models
    needed = results_needed(data_set, entry, models)
    _require(needed, catalog, run)
    if mismatch := find_mismatch([*needed, *(f"{data_set}.{part}" for part in PARTS)], catalog):
        raise InputError(f"{data_set} has results of two runs ({mismatch}): {run}")
    whole = f"{data_set}.full_train"
    seen = [catalog.load(whole) if catalog.exists(whole) else train, validation]
    fresh, dropped = load_fresh(source, test, seen)
    frozen = frozen_state(fresh, data_set, entry, models, catalog.load)
    name = f"{data_set}.fresh_test"
    if catalog.exists(name):
        record: dict[str, Any] = catalog.load(name)
        if changed := [part for part in frozen if record["frozen"][part] != frozen[part]]:
            raise InputError(
                f"the second test set of {data_set} was opened on {record['date']} with other {' and '.join(changed)}; "
                f"a second look is not a fresh one (the record is {local_path(catalog[name])})"
            )
    else:
        verdict, table = fresh_verdict(fresh, validation, data_set, entry, models, catalog.load)
        record = {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "source": dict(source),
            "frozen": frozen,
            "dropped": dict(dropped),
            "verdict": verdict.model_dump(mode="json"),
            "accuracy": records(table),
        }
        catalog.save(name, record)
    catalog.save(f"{data_set}.fresh_test_report", build_fresh_page(entry["title"], record))
    return record


def _source_of(data_set: str) -> dict[str, Any]:
    plans = {name: plan for name, plan in loader.plans().items() if not plan.sizes}
    if data_set not in plans:
        raise InputError(f"no data set {data_set!r}{did_you_mean(data_set, plans)}")
    source: dict[str, Any] | None = plans[data_set].entry["fresh_test"]
    if source is None:
        raise InputError(f"{data_set}.fresh_test: must name the loader of a second test set, got null")
    return source


def _require(names: list[str], catalog: Any, run: str) -> None:
    if missing := next((name for name in names if not catalog.exists(name)), None):
        raise InputError(f"there is no {missing} yet: {run}")
