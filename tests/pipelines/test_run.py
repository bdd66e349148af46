"""Whole pipelines, shrunk to seconds by `--env=test`: what they leave behind."""

import json
import re
from pathlib import Path

import keras
import mlflow
import mlflow.keras
import numpy as np
import pandas as pd
import pytest
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from mlflow.entities import Run

from standin.config.loader import remember
from standin.models import register_all
from standin.models.registry import BASELINES
from standin.pipelines.evaluation.nodes import ACCURACY_COLUMNS
from standin.pipelines.tracking import verdict_metric
from standin.training.inference import outputs_of
from standin.verdict.schema import Verdict
from tests.conftest import ROOT

MODELS = {
    "digits": ["gan", "vae", "class_mixture"],
    "mnist": ["gan", "vae", "latent_diffusion", "class_mixture"],
    "cifar": ["dcgan"],
    "color_mnist": ["infogan", "latent_diffusion"],
    "galaxies": ["conditional_predictor_gan"],
}
REAL_ARMS = {data_set: ["real"] for data_set in MODELS}
REAL_ARMS |= {
    "digits": ["real", "labeled_subset", "self_training", "pseudo_labeler"],
    "mnist": ["real", "labeled_subset", "real_pseudo_labeled", "real_soft"],
}
ALL_ARMS = {"digits": ["synthetic", "mixed", "synthetic_then_real"]}
"""Data set -> arms of its other models, if not `synthetic` only."""
SOFT = [["mnist", "gan"], ["mnist", "class_mixture"]]
"""Experiments that also have arm `synthetic_soft`."""
DISCRIMINATING = ("gan", "dcgan", "infogan", "conditional_predictor_gan")


def stored_verdict(project: Path, data_set: str) -> Verdict:
    return Verdict.model_validate_json((project / f"data/test/08_reporting/{data_set}/verdict.json").read_bytes())


@pytest.mark.parametrize("data_set", MODELS)
def test_the_accuracy_table_is_complete(finished: dict[str, Path], data_set: str) -> None:
    table = pd.read_csv(finished[data_set] / f"data/test/08_reporting/{data_set}/accuracy.csv")
    assert table.columns.tolist() == ACCURACY_COLUMNS
    expected = [[None, arm] for arm in REAL_ARMS[data_set]]
    for model in MODELS[data_set]:
        # Baselines are in arm `synthetic` only; their losses are not shown below, since they have no epochs.
        arms = ["synthetic"] if model in BASELINES else ALL_ARMS.get(data_set, ["synthetic"])
        arms = arms + (["synthetic_soft"] if [data_set, model] in SOFT else [])
        expected += [[model, arm] for arm in arms]
    found = table[["generative_model", "arm"]].astype(object).where(lambda t: t.notna(), None)
    assert found.to_numpy().tolist() == expected
    assert table["accuracy"].between(0, 1).all()
    lines = (finished[data_set] / f"data/test/08_reporting/{data_set}/accuracy.csv").read_text().splitlines()
    assert {line.split(",")[9] for line in lines[1:]} == {"", "0"}  # generator seeds are whole numbers
    assert table.loc[table["arm"] != "pseudo_labeler", "optimizer_steps"].nunique() == 1


@pytest.mark.parametrize("data_set", MODELS)
def test_labels_spent_are_counted(finished: dict[str, Path], data_set: str) -> None:
    folder = finished[data_set]
    table = pd.read_csv(folder / f"data/test/08_reporting/{data_set}/accuracy.csv")
    train = len(np.load(folder / f"data/test/03_primary/{data_set}/train.npz")["labels"])
    budget = len(np.load(folder / f"data/test/03_primary/{data_set}/labeled.npz")["labels"])
    spent = table.assign(model=table["generative_model"].fillna("")).set_index(["model", "arm"])["n_labels_spent"]
    assert spent["", "real"] == train
    if "class_mixture" in MODELS[data_set]:
        assert spent["class_mixture", "synthetic"] == train
    unconditional = MODELS[data_set][0]
    assert spent[unconditional, "synthetic"] == budget
    if data_set in ALL_ARMS:
        assert spent[unconditional, "mixed"] == train


@pytest.mark.parametrize("data_set", MODELS)
def test_figures_and_the_report_are_there(finished: dict[str, Path], data_set: str) -> None:
    folder = finished[data_set] / "data/test/08_reporting" / data_set
    for model in MODELS[data_set]:
        for figure in ("samples", "labeled", "losses", "training", "confusion"):
            assert (folder / model / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
    report = (folder / "report.html").read_text()
    found = {model: list((folder / model / "sample_quality").glob("*.png")) for model in MODELS[data_set]}
    once = 3 + (folder / "by_epoch.png").exists()
    pictures = once + sum(5 + len(files) for files in found.values()) - sum(model in BASELINES for model in found)
    assert report.count('<img src="data:image/') == pictures
    assert report.count('<img src="data:image/svg+xml;base64,') >= 3 + len(found), "charts are vector drawings"
    kept = {file.stem for file in found.get("vae", [])}
    if data_set == "galaxies":
        assert {"conditions", "at_conditions"} <= {f.stem for f in found["conditional_predictor_gan"]}
    if data_set == "color_mnist":
        assert {"traversals_by_category", "traversals_of_pairs"} <= {f.stem for f in found["infogan"]}
    if data_set == "mnist":
        assert kept == {
            "nearest_training_images",
            "confident_fraction",
            "reconstructions",
            "latent_scatter",
            "manifold",
        }
    assert (
        "http://" not in report and "https://" not in report and "<script src" not in report and "<link" not in report
    )
    for model in MODELS[data_set]:
        assert f'<h2 id="{model}">' in report


def test_the_table_by_epochs_is_there(finished: dict[str, Path]) -> None:
    table = pd.read_csv(finished["mnist"] / "data/test/08_reporting/mnist/accuracy_by_epoch.csv")
    expected = [["generated", 1], ["generated", 2], ["real", 1], ["real", 2]]
    assert table[["trained_on", "epochs"]].to_numpy().tolist() == expected
    assert 'id="by-epoch"' in (finished["mnist"] / "data/test/08_reporting/mnist/report.html").read_text()


@pytest.mark.parametrize("data_set", MODELS)
def test_the_samples_of_every_model_are_evaluated(finished: dict[str, Path], data_set: str) -> None:
    for model in MODELS[data_set]:
        path = finished[data_set] / f"data/test/08_reporting/{data_set}/{model}/sample_quality.json"
        found = {metric["name"]: metric for metric in json.loads(path.read_text())["metrics"]}
        assert {"confident_fraction", "label_accuracy", "authenticity"} <= found.keys()
        made = np.load(finished[data_set] / f"data/test/07_model_output/{data_set}.{model}/synthetic.npz")["images"]
        assert found["confident_fraction"]["n"] == len(made) >= found["authenticity"]["n"] > 0
        assert "diversity" in found or data_set != "digits"  # the others have too few rows of a class here
        assert found["label_accuracy"]["low"] <= found["label_accuracy"]["value"] <= found["label_accuracy"]["high"]
        assert ("test_loss" in found) == (model == "vae")
        assert ("discriminator_from_half" in found) == (
            model in ("gan", "dcgan", "infogan", "conditional_predictor_gan")
        )
        assert ("category_accuracy" in found) == (model == "infogan")
        assert ("redshift_r2" in found) == (model == "conditional_predictor_gan")


def test_the_regressor_is_scored_on_real_test_images(finished: dict[str, Path]) -> None:
    report = json.loads((finished["galaxies"] / "data/test/08_reporting/galaxies/regressor.json").read_text())
    assert report["images_trained_on"] == len(
        np.load(finished["galaxies"] / "data/test/03_primary/galaxies/train.npz")["labels"]
    )
    assert report["test_images"].keys() == {"redshift", "log mass"}
    regressor = keras.saving.load_model(finished["galaxies"] / "data/test/06_models/galaxies/regressor.keras")
    test = np.load(finished["galaxies"] / "data/test/03_primary/galaxies/test.npz")
    errors = np.abs(outputs_of(regressor, test["images"]) - test["conditions"]).mean(axis=0)
    found = [reading["mean_absolute_error"] for reading in report["test_images"].values()]
    np.testing.assert_allclose(found, errors, rtol=1e-4)


def test_nothing_but_the_results_is_left(finished: dict[str, Path]) -> None:
    left = [str(p) for p in finished["digits"].rglob("*") if "partial" in p.name or p.name.startswith("checkpoint.")]
    assert left == []


@pytest.fixture
def runs(finished: dict[str, Path]) -> list[Run]:
    client = mlflow.MlflowClient(f"sqlite:///{finished['digits']}/data/test_mlflow.db")
    experiment = client.get_experiment_by_name("standin")
    return client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"])


def test_the_diagnostics_of_a_training_are_in_mlflow_and_in_the_report(
    finished: dict[str, Path], runs: list[Run]
) -> None:
    """Two epochs on a few images make images that are much alike."""
    of_all = 0
    for data_set, models in MODELS.items():
        folder = finished[data_set] / "data/test/08_reporting" / data_set
        said = 0
        for model in models:
            diagnostics = json.loads((folder / model / "sample_quality.json").read_text())["diagnostics"]
            assert of(runs, f"{data_set}.{model}").data.tags.get("diagnostics", "") == "; ".join(diagnostics)
            said += len(diagnostics)
        assert (folder / "report.html").read_text().count("Diagnosis during training") == said
        of_all += said
    assert of_all > 0


def of(runs: list[Run], name: str) -> Run:
    return next(r for r in runs if r.info.run_name == name)


def test_mlflow_has_a_run_with_a_child_for_each_experiment(runs: list[Run]) -> None:
    for data_set, models in MODELS.items():
        parent = of(runs, data_set)
        children = {r.info.run_name for r in runs if r.data.tags.get("mlflow.parentRunId") == parent.info.run_id}
        assert children == {f"{data_set}.{model}" for model in models}
        assert parent.data.tags["device"].startswith("CPU, ")
    assert {r.info.status for r in runs} == {"FINISHED"}


def test_a_child_holds_parameters_curves_and_metrics_by_arm(runs: list[Run], finished: dict[str, Path]) -> None:
    gan, vae = of(runs, "digits.gan"), of(runs, "digits.vae")
    assert gan.data.params["latent_dim"] == "32"
    assert gan.data.params["training.epochs"] == "2"
    assert gan.data.params["label_budget"] == "200"
    client = mlflow.MlflowClient(f"sqlite:///{finished['digits']}/data/test_mlflow.db")
    assert [m.step for m in client.get_metric_history(gan.info.run_id, "loss/generator")] == [1, 2]
    table = pd.read_csv(finished["digits"] / "data/test/08_reporting/digits/accuracy.csv").set_index(
        ["generative_model", "arm"]
    )
    verdict = stored_verdict(finished["digits"], "digits")
    for run_, model in ((gan, "gan"), (vae, "vae")):
        assert run_.data.metrics["accuracy/synthetic"] == pytest.approx(table.loc[(model, "synthetic"), "accuracy"])
        assert 0 <= run_.data.metrics["quality/label_accuracy"] <= 1
        assert run_.data.metrics["accuracy/synthetic_then_real"] == pytest.approx(
            table.loc[(model, "synthetic_then_real"), "accuracy"]
        )
        found = verdict.generative_models[model]
        assert found.by_question.keys() == {"replace", "extend"}
        for question, answer in found.by_question.items():
            assert run_.data.tags[question] == answer.answer
        assert run_.data.tags["sentence"] == found.sentence and run_.data.tags["memorized"] == str(found.memorized)
        assert run_.data.tags["mlflow.note.content"] == found.sentence
        metrics = {verdict_metric(name): value for name, value in found.metrics()}
        assert {name: run_.data.metrics[name] for name in metrics} == pytest.approx(metrics)
        assert {
            "verdict/extend_low",
            "verdict/synthetic_then_real_vs_real_high",
            "verdict/vs_baseline_synthetic_points",
        } <= metrics.keys()
        assert run_.data.metrics["quality/label_accuracy.low"] <= run_.data.metrics["quality/label_accuracy"]
        assert "quality/label_accuracy.real" in run_.data.metrics
        assert 0 < run_.data.metrics["seconds"] < 600
        assert run_.data.metrics["accuracy/mixed"] == pytest.approx(table.loc[(model, "mixed"), "accuracy"])
    artifacts = {a.path for a in client.list_artifacts(gan.info.run_id)}
    assert {"samples.png", "confusion.png", "scores.json", "recalls.json", "verdict.json"} <= artifacts


def test_networks_are_logged_with_their_signatures(runs: list[Run], finished: dict[str, Path]) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{finished['digits']}/data/test_mlflow.db")
    digits, vae = (of(runs, name).info.run_id for name in ("digits", "digits.vae"))
    logged = {
        (model.source_run_id, model.name): model.artifact_location.removeprefix("file://")
        for model in client.search_logged_models([of(runs, "digits").info.experiment_id])
    }
    expected = {(digits, "digits-oracle"), (digits, "digits-pseudo_labeler")}
    expected |= {(of(runs, f"digits.{model}").info.run_id, "generative_model") for model in MODELS["digits"]}
    assert expected <= logged.keys()
    signature = mlflow.models.Model.load(logged[digits, "digits-oracle"]).signature
    assert signature is not None and signature.inputs is not None and signature.outputs is not None
    assert [schema.inputs[0].shape for schema in (signature.inputs, signature.outputs)] == [(-1, 8, 8, 1), (-1, 10)]
    register_all()
    assert mlflow.keras.load_model(logged[vae, "generative_model"]).image_shape == (8, 8, 1)


def test_the_learning_curve_of_real_and_the_controls_are_stored_and_shown(finished: dict[str, Path]) -> None:
    reporting = finished["digits"] / "data/test/08_reporting/digits"
    curve = stored_verdict(finished["digits"], "digits").real_curve
    assert curve is not None and curve.n_real == (100, 305, 932)
    report, table = (reporting / "report.html").read_text(), pd.read_csv(reporting / "memorization_controls.csv")
    assert '<th scope="col">305</th>' in report and "Worth: gan&#39;s images train a classifier" in report
    assert table["memorized"].tolist() == [False, False, True, True, True, True, True]
    assert not table.loc[~table["memorized"], "detected"].any()
    assert table["control"].iloc[-1] in report and '<h2 id="controls">' in report
    assert stored_verdict(finished["mnist"], "mnist").real_curve is None
    assert '<h2 id="controls">' not in (reporting.parent / "mnist/report.html").read_text()


def test_the_convergence_check_is_stored_shown_and_logged(runs: list[Run], finished: dict[str, Path]) -> None:
    reporting = finished["digits"] / "data/test/08_reporting/digits"
    table, accuracy = (pd.read_csv(reporting / f"{name}.csv") for name in ("convergence", "accuracy"))
    assert table["steps"].tolist() == [4, 8, 16]
    assert table["accuracy"][1] == accuracy.set_index("arm")["validation_accuracy"]["real"]
    convergence = stored_verdict(finished["digits"], "digits").convergence
    assert convergence is not None and list(convergence.accuracy) == table["accuracy"].tolist()
    assert "long enough: twice the steps" in (reporting / "report.html").read_text()
    logged = of(runs, "digits").data.metrics["digits/verdict/convergence_gain_of_double_pp"]
    assert logged == pytest.approx(convergence.gain_of_double_pp)
    assert not (finished["mnist"] / "data/test/08_reporting/mnist/convergence.csv").exists()


def test_the_run_itself_holds_the_table_and_the_report(runs: list[Run], finished: dict[str, Path]) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{finished['digits']}/data/test_mlflow.db")
    parent = of(runs, "mnist")
    artifacts = {a.path for a in client.list_artifacts(parent.info.run_id, "mnist")}
    assert {"mnist/accuracy.json", "mnist/report.html", "mnist/accuracy.png"} <= artifacts
    assert 0 <= parent.data.metrics["mnist/accuracy/real"] <= 1


def test_files_that_a_report_names_are_next_to_it(finished: dict[str, Path]) -> None:
    folder = finished["digits"] / "data/test/08_reporting/digits"
    linked = [name for name in re.findall(r'href="([^"#]+)"', (folder / "report.html").read_text())]
    assert {"accuracy.csv", "verdict.json", "parameters.json", "../report.html"} == {*linked}
    assert all((folder / name).exists() for name in linked)


def test_runs_state_the_verdict_and_the_images_that_they_used(runs: list[Run], finished: dict[str, Path]) -> None:
    parent, gan = of(runs, "digits"), of(runs, "digits.gan")
    model = stored_verdict(finished["digits"], "digits").generative_models["gan"]
    assert model.replace is not None
    assert f"gan: replace {model.replace.words}" in parent.data.tags["digits/verdict"]
    assert parent.data.tags["mlflow.note.content"].startswith("### digits\n\n**gan**: ")
    assert parent.data.metrics["digits/verdict/gan_replace_points"] == pytest.approx(model.replace.best.pp)
    assert {one.dataset.name for one in parent.inputs.dataset_inputs} == {"digits/train", "digits/test"}
    assert [one.dataset.name for one in gan.inputs.dataset_inputs] == ["labeled_synthetic"]


def test_every_experiment_opens_to_at_most_thirteen_boxes_and_sample_quality_to_ten() -> None:
    bootstrap_project(ROOT)
    remember(None)
    for name, models in MODELS.items():
        for model in models:
            nodes = pipelines[name].filter(node_namespaces=[f"{name}.{model}"]).nodes
            sample_quality = [node for node in nodes if node.namespace == f"{name}.{model}.sample_quality"]
            assert 0 < len(sample_quality) <= 10
            assert 0 < len(nodes) - len(sample_quality) + 1 <= 13


def test_every_intermediate_is_backed_by_a_file(finished: dict[str, Path]) -> None:
    """Resuming with --from-nodes needs it."""
    bootstrap_project(finished["digits"])
    with KedroSession.create(project_path=finished["digits"], env="test") as session:
        catalog = session.load_context().catalog
        for data_set in MODELS:
            made = pipelines[data_set].all_outputs()
            assert len(made) > 20
            # A checkpoint is there only until what its training leaves is kept.
            checkpoints = [
                Path(catalog[name]._path) for name in made | pipelines[data_set].inputs() if "checkpoint" in name
            ]
            assert checkpoints and not any(list(folder.glob("*.npz")) for folder in checkpoints)
            assert all(folder.is_relative_to(finished["digits"]) for folder in checkpoints)
            assert [name for name in made if not catalog.exists(name) and not name.endswith("checkpoint")] == []


def test_a_learning_curve_fits_everything_on_each_size_with_a_hole(finished: dict[str, Path]) -> None:
    project = finished["few"]
    curve = pd.read_csv(project / "data/test/08_reporting/few/learning_curve.csv")
    one_size = ["real", "oversampled", "synthetic", "synthetic n70", "mixed", "imputed", "imputed"]
    assert curve["arm"].tolist() == 2 * one_size
    train, whole = (
        np.load(project / f"data/test/03_primary/{name}.npz") for name in ("few_60_images/train", "few/full_train")
    )
    sevens = [(rows["labels"] == 7).sum() for rows in (train, whole)]
    assert len(train["labels"]) + train["missing"].sum() == 60
    assert train["missing"][7] == train["missing"].sum() == sevens[0]  # half of them stay
    assert sevens[1] > 80 and len(whole["labels"]) == 932
    seen = np.load(project / "data/test/07_model_output/few_60_images/gan.generative_model_seen.npz")
    assert seen["seen_by_generative_model"].tolist() == train["image_ids"].tolist()
    oracle = np.load(project / "data/test/07_model_output/few/oracle_seen.npz")
    assert len(oracle["seen_by_oracle"]) == 932
    filled = curve[(curve["arm"] == "imputed") & (curve["generative_model"] == "class_gaussian")]
    assert filled["n_synthetic"].tolist()[0] == sevens[0]
    verdict = stored_verdict(project, "few_120_images")
    withheld = verdict.generative_models["class_gaussian"].on_withheld
    test = np.load(project / "data/test/03_primary/few/test.npz")
    assert withheld is not None and withheld.test_images == (test["labels"] == 7).sum()
    assert withheld.recall.keys() == {"real", "oversampled", "synthetic", "synthetic n70", "mixed", "imputed"}
    assert withheld.extend is not None and withheld.extend.by_arm.keys() == {"mixed", "imputed"}
    compared = withheld.by_arm["imputed"].vs_controls["oversampled"]
    assert compared.low <= compared.pp <= compared.high
    real = withheld.recall["real"]
    assert 0 <= real.low <= real.proportion <= real.high <= 1
    assert "Training images of 7 were withheld: of " in verdict.generative_models["class_gaussian"].sentence
    pages = [project / f"data/test/08_reporting/{name}/report.html" for name in ("few", "few_60_images")]
    restriction = "only 60 real training images were used, and all but 50% of the real training images of 7"
    assert restriction in pages[1].read_text()
    assert "../few_60_images/report.html" in pages[0].read_text()
    assert "Withheld images: 7" in pages[1].read_text()
