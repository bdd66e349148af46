"""What is compared where something failed: everything else, and nothing where there is no comparison without it."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from kedro.pipeline import Pipeline

from standin import pipeline_registry
from standin.config.loader import data_sets, plans
from standin.pipeline_registry import failed_parts, pipelines_without

Without = Callable[..., dict[str, Pipeline]]


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Without:
    """Of failed nodes, each with the error "nan", and changes of entries: the pipelines that are left."""

    def left(*nodes: str, **changed: dict[str, Any]) -> dict[str, Pipeline]:
        every = deepcopy(plans())
        for name, values in changed.items():
            every[name].entry.update(values)
        monkeypatch.setattr(pipeline_registry, "plans", lambda: every)
        return pipelines_without(failed_parts(dict.fromkeys(nodes, "nan")))

    return left


def told(pipeline: Pipeline, data_set: str) -> dict[str, str]:
    """What its verdict is to say of what is left out."""
    compute_verdict = next(node for node in pipeline.nodes if node.name == f"{data_set}.compute_verdict")
    return compute_verdict.func.bound.get("failed", {})  # type: ignore[attr-defined]


def experiments_of(pipeline: Pipeline) -> set[str]:
    return {node.namespace or "" for node in pipeline.nodes if "." in (node.namespace or "")}


def test_a_model_is_left_out_with_all_its_seeds(without: Without) -> None:
    (left,) = without("digits.gan.seed_1.train_generative_model", digits={"generator_seeds": [0, 1]}).values()
    assert {f"digits.vae.seed_{seed}" for seed in (0, 1)} <= experiments_of(left)
    assert not any(name.startswith("digits.gan") for name in experiments_of(left))
    assert told(left, "digits") == {"gan": "seed_1.train_generative_model failed (nan)"}
    assert not any(name.startswith("digits.gan") for name in left.datasets())


def test_there_is_no_comparison_without_a_judge_or_where_nothing_is_left(without: Without) -> None:
    assert without("digits.train_pseudo_labeler") == {}
    assert without("digits.gan.train_generative_model", "digits.train_real") == {}
    models = [name for name, entry in data_sets()["digits"]["generative_models"].items() if entry["enabled"]]
    assert without(*(f"digits.{model}.train_generative_model" for model in models)) == {}
    assert without("of_another_project.train") == {} == without()


def test_a_size_of_a_learning_curve_is_left_without_what_failed_there(without: Without) -> None:
    small, large = plans()["small_data"].sizes[:2]
    model = next(name for name, entry in data_sets()[small]["generative_models"].items() if entry["enabled"])
    left = without(f"{small}.{model}.train_synthetic")
    assert [*left] == ["small_data"]
    assert told(left["small_data"], small) == {model: "train_synthetic failed (nan)"}
    assert told(left["small_data"], large) == {}
    assert f"{small}.{model}" not in experiments_of(left["small_data"])
    assert f"{large}.{model}" in experiments_of(left["small_data"])
    assert "small_data.report" in left["small_data"].outputs()


def test_the_table_by_epochs_goes_with_its_model_or_alone(without: Without) -> None:
    table = {"generative_model": "gan", "n_images": 100, "epochs": [1, 2], "batch_size": 10, "learning_rate": 0.001}
    (alone,) = without("digits.train_for_epochs", digits={"epoch_table": table}).values()
    assert "digits.gan" in experiments_of(alone) and "digits.accuracy_by_epoch" not in alone.all_outputs()
    assert told(alone, "digits") == {"the table by epochs": "train_for_epochs failed (nan)"}
    (with_model,) = without("digits.gan.train_generative_model", digits={"epoch_table": table}).values()
    assert "digits.accuracy_by_epoch" not in with_model.all_outputs()
    (other,) = without("digits.vae.train_generative_model", digits={"epoch_table": table}).values()
    assert "digits.accuracy_by_epoch" in other.all_outputs()
