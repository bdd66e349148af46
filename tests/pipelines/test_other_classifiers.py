"""The nodes of the other classifiers: what is trained, on what, and what is not."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from standin.config.loader import CONFIG_LOADER_ARGS, CompletingConfigLoader
from standin.config.plan import DataSetPlan
from standin.core.errors import LeakError
from standin.experiments.arms import ARMS, Run
from standin.models.cnn import cnn
from standin.pipelines import build
from standin.pipelines.other_classifiers.pipeline import (
    create_experiment_pipeline,
    create_pixel_pipeline,
    create_second_pipeline,
)
from standin.pipelines.other_classifiers.pixels import evaluate_pixel_classifiers, evaluate_pixel_classifiers_on_real
from standin.pipelines.other_classifiers.second_network import COLUMNS, train_second_classifier, train_second_on_real
from standin.training.checkpoint import Checkpoint
from standin.training.inference import predict
from standin.training.pools.real import real as real_pool
from standin.training.pools.synthetic import synthetic as synthetic_pool
from tests.conftest import ROOT
from tests.pipelines.images import CLASSIFIER, labeled_synthetic, real

MARGINS = {"replace_margin": 5.0, "replace_error_ratio": None, "extend_margin": 0.0, "real_at_least": None}
TEST = real(40, first_id=500)
RUNS = {
    "synthetic": {"pool": {"_target_": ARMS["synthetic"].pool}, "inputs": ["labeled_synthetic"], "amount": None},
    "mixed x2": {"pool": {"_target_": ARMS["mixed"].pool}, "inputs": ["train", "labeled_synthetic"], "amount": 2.0},
}


def predictions(**wrong: int) -> pd.DataFrame:
    """Of one classifier for each arm, wrong on the first images; `mixed_x2` is `mixed x2`."""
    tables = []
    for arm, n in wrong.items():
        predicted = np.where(np.arange(40) < n, 1 - TEST["labels"], TEST["labels"])
        values = {"image_id": TEST["image_ids"], "label": TEST["labels"], "predicted": predicted}
        tables.append(pd.DataFrame({"arm": arm.replace("_", " "), "classifier_seed": 0} | values))
    return pd.concat(tables)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, str]]:
    """Number of training images, seed and checkpoint of each training; nothing is trained."""
    calls = []

    def fit(_: Any, pools: Any, n_classes: int, *, seed: int, checkpoint: Checkpoint | None, **more: Any) -> Any:
        from standin.training.supervised import Fitted

        calls.append((sum(len(labels) for _, labels in pools), seed, checkpoint.path.name if checkpoint else ""))
        return Fitted(cnn((8, 8, 1), n_classes, widths=[4]), {"step": [6], "loss": [0.1], "accuracy": [1.0]})

    monkeypatch.setattr("standin.training.supervised.fit", fit)
    return calls


def of_experiment(*tables: pd.DataFrame, train: Any = None, checkpoint: Checkpoint | None = None) -> pd.DataFrame:
    inputs = (CLASSIFIER, [3, 4], TEST, MARGINS, predictions(real=4), *tables, train or real(40), labeled_synthetic(90))
    return train_second_classifier(*inputs, names=["train", "labeled_synthetic"], runs=RUNS, checkpoint=checkpoint)


def of_real(*tables: pd.DataFrame, models: list[str], train: Any = None) -> pd.DataFrame:
    inputs = (CLASSIFIER, [3, 4], TEST, MARGINS, predictions(real=4), *tables, train or real(40))
    return train_second_on_real(*inputs, models=models, pool={"_target_": ARMS["real"].pool})


def test_only_arms_that_can_get_a_yes_are_trained(fits: list, tmp_path: Path) -> None:
    table = of_experiment(predictions(synthetic=12, mixed_x2=3), checkpoint=Checkpoint(tmp_path, "second"))
    assert table["arm"].unique().tolist() == ["mixed x2"] and table.columns.tolist() == COLUMNS
    assert fits == [(120, 3, "second.mixed_x2.seed_3.npz")]  # 40 real images, twice as many generated ones
    assert table["image_id"].tolist() == TEST["image_ids"].tolist() and (table["classifier_seed"] == 3).all()
    predicted = predict(cnn((8, 8, 1), 2, widths=[4]), TEST["images"]).argmax(axis=1)
    assert len(predicted) == len(table) and (table["label"] == TEST["labels"]).all()


def test_where_no_yes_is_possible_nothing_is_trained(fits: list) -> None:
    table = of_experiment(predictions(synthetic=12, mixed_x2=4))
    assert table.empty and table.columns.tolist() == COLUMNS
    assert of_real(predictions(synthetic=12), predictions(synthetic=7), models=["gan", "vae"]).empty
    assert not fits


def test_the_arms_of_all_generator_seeds_are_trained(fits: list) -> None:
    """One seed is below the limit, their mean is not."""
    below, above = predictions(synthetic=8, mixed_x2=9), predictions(synthetic=2, mixed_x2=9)
    assert of_experiment(below, above)["arm"].unique().tolist() == ["synthetic"]
    assert of_experiment(below).empty
    assert not of_real(below, above, models=["gan", "gan"]).empty
    assert of_real(below, models=["gan"]).empty


def test_real_is_trained_if_any_model_can_get_a_yes(fits: list) -> None:
    table = of_real(predictions(synthetic=12), predictions(mixed=1), models=["gan", "vae"])
    assert table["arm"].unique().tolist() == ["real"] and fits == [(40, 3, "")]


def test_a_second_network_that_saw_test_images_is_a_leak(fits: list) -> None:
    leaking = real(20, first_id=510)
    with pytest.raises(LeakError, match="classifier was trained on 20 test images"):
        of_experiment(predictions(synthetic=12, mixed_x2=3), train=leaking)
    with pytest.raises(LeakError, match="classifier was trained on 20 test images"):
        of_real(predictions(synthetic=0), models=["gan"], train=leaking)


def on_pixels(generated: dict[str, Any], amount: int | None = None, train: Any = None) -> pd.DataFrame:
    train, names = train or real(40), ["k_nearest", "logistic_regression"]
    of_real = evaluate_pixel_classifiers_on_real(names, 30, train, TEST, real_pool(real(40)).provenance)
    provenance = synthetic_pool(generated, amount).provenance
    inputs = (names, of_real, train, TEST, generated, provenance)
    return evaluate_pixel_classifiers(*inputs, generative_model="gan", amount=amount)


@pytest.mark.parametrize(("available", "amount", "images"), [(90, None, 30), (90, 25, 25), (20, None, 20)])
def test_classifiers_on_pixels_see_as_many_real_as_generated_images(
    available: int, amount: int | None, images: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def spy(names: list[str], training: Any, held_out: Any) -> list[float]:
        seen.append(len(training[1]))
        return [0.5] * len(names)

    monkeypatch.setattr("standin.pipelines.other_classifiers.pixels.accuracy_on_pixels", spy)
    table = on_pixels(labeled_synthetic(available), amount)
    assert table["images"].tolist() == [images] * 2 and seen[-1] == images
    assert seen == [30, 30] if images == 30 else [30, images, images]


def test_classifiers_on_pixels_show_wrong_labels() -> None:
    generated = labeled_synthetic(90)
    table = on_pixels(generated | {"labels": 1 - generated["labels"]}).set_index("classifier")
    assert table["real"].to_dict() == {"k_nearest": 1.0, "logistic_regression": 1.0}
    assert table["synthetic"].to_dict() == {"k_nearest": 0.0, "logistic_regression": 0.0}
    assert (table["generative_model"] == "gan").all()


def test_classifiers_on_pixels_that_saw_test_images_are_a_leak() -> None:
    leaking = real_pool(real(20, first_id=510)).provenance
    with pytest.raises(LeakError, match="classifier was trained on 20 test images"):
        evaluate_pixel_classifiers_on_real(["k_nearest"], 30, real(40), TEST, leaking)


def test_nodes_are_there_as_configured() -> None:
    runs = [Run("synthetic"), Run("synthetic_soft"), Run("mixed x2", 2.0)]  # one of them has no question
    nodes = {
        node.name: node for node in create_experiment_pipeline(runs, "gan", ["predictions", "b"], True, True).nodes
    }
    second, pixels = nodes["train_second_classifier"], nodes["evaluate_pixel_classifiers"]
    assert second.inputs[-5:] == ["real_predictions", "predictions", "b", "labeled_synthetic", "train"]
    assert second.inputs[0] == "checkpoint" and second.tags == {"train", "gpu"}
    assert pixels.inputs[-1] == "provenance_synthetic"
    only_mixed = create_experiment_pipeline(runs[2:], "gan", ["predictions"], True, True).nodes
    assert [node.name for node in only_mixed] == ["train_second_classifier"]
    assert not create_experiment_pipeline(runs, "gan", ["predictions"], False, False).nodes
    shared = create_second_pipeline([("vae", "vae")], second=True) + create_pixel_pipeline(True)
    once = {node.name: node for node in shared.nodes}
    assert once["train_second_on_real"].inputs[-3:] == ["predictions", "vae__predictions", "train"]
    assert once.keys() == {"train_second_on_real", "evaluate_pixel_classifiers"}
    assert not (create_second_pipeline([("vae", "vae")], second=False) + create_pixel_pipeline(False)).nodes


@pytest.mark.parametrize("second", [True, False])
def test_experiments_of_several_generator_seeds_read_each_other(second: bool) -> None:
    changed: dict[str, Any] = {"generator_seeds": [1, 2], **({} if second else {"second_classifier": None})}
    options = {"env": "test", "runtime_params": {"digits": changed}, **CONFIG_LOADER_ARGS}
    entry = CompletingConfigLoader(str(ROOT / "conf"), **options)["parameters"]["digits"]
    nodes = {node.name: node for node in build.create_pipeline(DataSetPlan("digits", entry)).nodes}
    verdict = [name for name in nodes["digits.compute_verdict"].inputs if name.endswith("second_predictions")]
    if second:
        inputs = nodes["digits.gan.seed_2.train_second_classifier"].inputs
        assert {"digits.predictions", "digits.gan.seed_1.predictions", "digits.gan.seed_2.predictions"} < {*inputs}
        of_gan = ["digits.gan.seed_1.second_predictions", "digits.gan.seed_2.second_predictions"]
        assert verdict[:3] == ["digits.second_predictions", *of_gan]
        assert len(verdict) == 1 + 2 * len([model for model in entry["generative_models"].values() if model["enabled"]])
    else:
        assert not verdict and not [name for name in nodes if "train_second_c" in name or "second_on_real" in name]
