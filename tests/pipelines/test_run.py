"""Whole pipelines, shrunk to seconds by `--env=test`: what they leave behind."""

import json
from pathlib import Path

import keras
import mlflow
import numpy as np
import pandas as pd
import pytest
from kedro.framework.project import pipelines
from kedro.framework.session import KedroSession
from kedro.framework.startup import bootstrap_project
from mlflow.entities import Run
from PIL import Image
from sklearn.datasets import load_digits

from standin.configuration import remember
from standin.errors import InputError
from standin.models.regressor import read_values
from standin.pipelines.evaluation.nodes import ACCURACY_COLUMNS
from standin.pipelines.labelling import nodes as labelling
from tests.conftest import ROOT, copy_project, run

MODELS = {
    "digits": ["gan", "vae", "class_gaussian"],
    "mnist": ["gan", "vae", "latent_diffusion", "class_gaussian"],
    "cifar": ["dcgan", "class_gaussian"],
    "colour_mnist": ["infogan", "latent_diffusion", "class_gaussian"],
    "galaxies": ["conditional_predictor_gan", "class_gaussian"],
}
REAL_ARMS = {data_set: ["R"] for data_set in MODELS}
REAL_ARMS |= {"digits": ["R", "R_budget", "R+aug", "self_training"], "mnist": ["R", "R_budget"]}
SYNTHETIC_ARMS = {data_set: ["S"] for data_set in MODELS} | {"digits": ["S", "R+S", "S->R"]}
DISCRIMINATING = ("gan", "dcgan", "infogan", "conditional_predictor_gan")


@pytest.mark.parametrize("data_set", MODELS)
def test_the_accuracy_table_is_complete(finished: dict[str, Path], data_set: str) -> None:
    table = pd.read_csv(finished[data_set] / f"data/08_reporting/{data_set}/accuracy.csv")
    assert table.columns.tolist() == ACCURACY_COLUMNS
    expected = [[None, arm] for arm in REAL_ARMS[data_set]]
    expected += [[model, arm] for model in MODELS[data_set] for arm in SYNTHETIC_ARMS[data_set]]
    found = table[["generative_model", "arm"]].astype(object).where(lambda t: t.notna(), None)
    assert found.to_numpy().tolist() == expected
    assert table["accuracy"].between(0, 1).all()
    lines = (finished[data_set] / f"data/08_reporting/{data_set}/accuracy.csv").read_text().splitlines()
    assert {line.split(",")[9] for line in lines[1:]} == {"", "0"}  # generator seeds are whole numbers
    assert table["optimizer_steps"].nunique() == 1


@pytest.mark.parametrize("data_set", MODELS)
def test_labels_spent_are_counted(finished: dict[str, Path], data_set: str) -> None:
    folder = finished[data_set]
    table = pd.read_csv(folder / f"data/08_reporting/{data_set}/accuracy.csv")
    train = len(np.load(folder / f"data/03_primary/{data_set}/train.npz")["labels"])
    budget = len(np.load(folder / f"data/03_primary/{data_set}/labelled.npz")["labels"])
    spent = table.assign(model=table["generative_model"].fillna("")).set_index(["model", "arm"])["n_labels_spent"]
    assert spent["", "R"] == train
    assert spent["class_gaussian", "S"] == train
    unconditional = MODELS[data_set][0]
    assert spent[unconditional, "S"] == budget
    if "R+S" in SYNTHETIC_ARMS[data_set]:
        assert spent[unconditional, "R+S"] == train


@pytest.mark.parametrize("data_set", MODELS)
def test_figures_and_the_report_are_there(finished: dict[str, Path], data_set: str) -> None:
    folder = finished[data_set] / "data/08_reporting" / data_set
    for model in MODELS[data_set]:
        for figure in ("samples", "labelled", "losses", "training", "confusion"):
            assert (folder / model / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
    report = (folder / "report.html").read_text()
    found = {model: list((folder / model / "examination").glob("*.png")) for model in MODELS[data_set]}
    once = 2 + (folder / "by_epoch.png").exists()
    pictures = once + sum(5 + len(files) for files in found.values())
    assert report.count('<img src="data:image/png;base64,') == pictures
    kept = {file.stem for file in found.get("vae", [])}
    if data_set == "galaxies":
        assert {"conditions", "at_conditions"} <= {f.stem for f in found["conditional_predictor_gan"]}
    if data_set == "colour_mnist":
        assert {"traversals_by_category", "traversals_of_pairs"} <= {f.stem for f in found["infogan"]}
    if data_set == "mnist":
        assert kept == {"nearest_training_images", "recognisable", "reconstructions", "latent_scatter", "manifold"}
    assert (
        "http://" not in report and "https://" not in report and "<script src" not in report and "<link" not in report
    )
    for model in MODELS[data_set]:
        assert f'<h2 id="{model}">' in report


@pytest.mark.parametrize("data_set", ["mnist", "cifar"])
def test_the_table_by_epochs_is_there(finished: dict[str, Path], data_set: str) -> None:
    table = pd.read_csv(finished[data_set] / f"data/08_reporting/{data_set}/accuracy_by_epoch.csv")
    expected = [["generated", 1], ["generated", 2], ["real", 1], ["real", 2]]
    assert table[["trained_on", "epochs"]].to_numpy().tolist() == expected
    assert 'id="by-epoch"' in (finished[data_set] / f"data/08_reporting/{data_set}/report.html").read_text()


@pytest.mark.parametrize("data_set", MODELS)
def test_every_model_is_examined(finished: dict[str, Path], data_set: str) -> None:
    for model in MODELS[data_set]:
        path = finished[data_set] / f"data/08_reporting/{data_set}/{model}/examination.json"
        found = {finding["name"]: finding for finding in json.loads(path.read_text())["findings"]}
        assert {"recognisable", "agreement", "authenticity"} <= found.keys()
        assert "diversity" in found or data_set != "digits"  # the others have too few rows of a class here
        assert found["agreement"]["low"] <= found["agreement"]["value"] <= found["agreement"]["high"]
        assert ("test_loss" in found) == (model == "vae")
        assert ("discriminator_from_half" in found) == (
            model in ("gan", "dcgan", "infogan", "conditional_predictor_gan")
        )
        assert ("category_accuracy" in found) == (model == "infogan")
        assert ("redshift_r2" in found) == (model == "conditional_predictor_gan")


def test_the_regressor_is_scored_on_real_test_rows(finished: dict[str, Path]) -> None:
    report = json.loads((finished["galaxies"] / "data/08_reporting/galaxies/regressor.json").read_text())
    assert report["rows_trained_on"] == len(
        np.load(finished["galaxies"] / "data/03_primary/galaxies/train.npz")["labels"]
    )
    assert report["test_rows"].keys() == {"redshift", "log mass"}
    regressor = keras.saving.load_model(finished["galaxies"] / "data/06_models/galaxies/regressor.keras")
    test = np.load(finished["galaxies"] / "data/03_primary/galaxies/test.npz")
    errors = np.abs(read_values(regressor, test["images"]) - test["conditions"]).mean(axis=0)
    found = [reading["mean_absolute_error"] for reading in report["test_rows"].values()]
    np.testing.assert_allclose(found, errors, rtol=1e-4)


def test_nothing_but_the_results_is_left(finished: dict[str, Path]) -> None:
    left = [str(p) for p in finished["digits"].rglob("*") if "partial" in p.name or p.name == "checkpoint.npz"]
    assert left == []


@pytest.fixture
def runs(finished: dict[str, Path]) -> list[Run]:
    client = mlflow.MlflowClient(f"sqlite:///{finished['digits']}/data/test_mlflow.db")
    experiment = client.get_experiment_by_name("standin")
    return client.search_runs([experiment.experiment_id], order_by=["attributes.start_time ASC"])


def of(runs: list[Run], name: str) -> Run:
    return next(r for r in runs if r.info.run_name == name)


def test_mlflow_has_a_run_with_a_child_for_each_experiment(runs: list[Run]) -> None:
    for data_set, models in MODELS.items():
        parent = of(runs, data_set)
        children = {r.info.run_name for r in runs if r.data.tags.get("mlflow.parentRunId") == parent.info.run_id}
        assert children == {f"{data_set}.{model}" for model in models}
    assert {r.info.status for r in runs} == {"FINISHED"}


def test_a_child_holds_parameters_curves_and_metrics_by_arm(runs: list[Run], finished: dict[str, Path]) -> None:
    gan, vae = of(runs, "digits.gan"), of(runs, "digits.vae")
    assert gan.data.params["latent_dim"] == "32"
    assert gan.data.params["training.epochs"] == "2"
    assert gan.data.params["label_budget"] == "200"
    client = mlflow.MlflowClient(f"sqlite:///{finished['digits']}/data/test_mlflow.db")
    assert [m.step for m in client.get_metric_history(gan.info.run_id, "generator_loss")] == [1, 2]
    table = pd.read_csv(finished["digits"] / "data/08_reporting/digits/accuracy.csv").set_index(
        ["generative_model", "arm"]
    )
    for run_, model in ((gan, "gan"), (vae, "vae")):
        assert run_.data.metrics["S.accuracy"] == pytest.approx(table.loc[(model, "S"), "accuracy"])
        assert 0 <= run_.data.metrics["agreement"] <= 1
        assert run_.data.metrics["S then R.accuracy"] == pytest.approx(table.loc[(model, "S->R"), "accuracy"])
        assert run_.data.metrics["R and S.accuracy"] == pytest.approx(table.loc[(model, "R+S"), "accuracy"])
    artifacts = {a.path for a in client.list_artifacts(gan.info.run_id)}
    assert {"samples.png", "confusion.png", "scores.json", "recalls.json"} <= artifacts


def test_the_run_itself_holds_the_table_and_the_report(runs: list[Run], finished: dict[str, Path]) -> None:
    client = mlflow.MlflowClient(f"sqlite:///{finished['digits']}/data/test_mlflow.db")
    parent = of(runs, "mnist")
    artifacts = {a.path for a in client.list_artifacts(parent.info.run_id, "mnist")}
    assert {"mnist/accuracy.json", "mnist/report.html", "mnist/accuracy.png"} <= artifacts
    assert 0 <= parent.data.metrics["mnist/R.accuracy"] <= 1


def test_a_failed_run_is_marked_and_keeps_what_finished(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(labelling, "_kept", breaks)
    with pytest.raises(RuntimeError, match="on fire"):
        run(project, "digits")
    client = mlflow.MlflowClient(f"sqlite:///{project}/data/test_mlflow.db")
    found = client.search_runs([client.get_experiment_by_name("standin").experiment_id])
    assert {r.info.run_name: r.info.status for r in found} == {
        name: "FAILED" for name in ("digits", "digits.gan", "digits.vae", "digits.class_gaussian")
    }
    gan = of(found, "digits.gan")
    assert "generator_loss" in gan.data.metrics
    assert "S.accuracy" not in gan.data.metrics


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"digits": {"label_budget": 2000}}, "label_budget must be between 20 .* and 1257 .*, got 2000"),
        ({"digits": {"generative_models": {"gan": {"latent_dmi": 3}}}}, "digits.generative_models.gan: .*'latent_dmi'"),
        ({"digits": {"labels": 3}}, "digits.labels: there is no such parameter"),
        (
            {"digits": {"generative_models": {"gan": {"_target_": "standin.models.gam.GAN"}}}},
            "no module 'standin.models.gam'",
        ),
        ({"digist": {"label_budget": 3}}, "digist: a data set's entry must be a mapping with a source"),
    ],
)
def test_bad_input_stops_before_anything_is_written(project: Path, params: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(project, "digits", params=params)
    assert [p for p in (project / "data").rglob("*") if p.is_file() and "mlflow" not in p.name] == []


@pytest.mark.parametrize("content", [b"no npz", b""])
def test_a_corrupt_file_stops_before_anything_is_written(project: Path, content: bytes) -> None:
    (project / "broken.npz").write_bytes(content)
    with pytest.raises(InputError, match="broken.npz cannot be read"):
        run(project, "mnist", params={"mnist": {"source": {"path": "broken.npz"}}})
    assert [p for p in (project / "data").rglob("*") if p.is_file() and "mlflow" not in p.name] == []


MINE = """\
mine:
  source: {_target_: standin.data.image_folder.load, path: pictures}
  generative_models:
    gan: {_target_: standin.models.gan.GAN}
"""


def test_a_folder_of_ones_own_takes_four_lines(project: Path) -> None:
    bunch = load_digits()
    for i, (image, label) in enumerate(zip(bunch.images[:300], bunch.target[:300], strict=True)):
        file = project / "pictures" / f"digit {label}" / f"{i}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray((image * 15).astype(np.uint8)).resize((12, 10)).save(file)
    (project / "conf/base/parameters_mine.yml").write_text(MINE)
    run(project, "mine", params={"mine": {"arms": ["R", "S"]}})  # the others take their time elsewhere
    table = pd.read_csv(project / "data/08_reporting/mine/accuracy.csv")
    assert table["arm"].tolist() == ["R", "S"]
    assert "digit 7" in (project / "data/08_reporting/mine/report.html").read_text()


def test_an_unknown_data_set_is_named(project: Path) -> None:
    with pytest.raises(ValueError, match="mnits"):
        run(project, "mnits")


SEVERAL_SEEDS = """\
seeds:
  source: {_target_: standin.data.digits.load}
  arms: [R, S]
  generator_seeds: [0, 1]
  classifier_seeds: [3, 4]
  generative_models:
    class_gaussian: {_target_: standin.models.class_gaussian.ClassGaussian}
"""


def test_several_generator_seeds_become_experiments_of_their_own(project: Path) -> None:
    (project / "conf/base/parameters_seeds.yml").write_text(SEVERAL_SEEDS)
    run(project, "seeds")
    table = pd.read_csv(project / "data/08_reporting/seeds/accuracy.csv")
    seeds = table[["arm", "generator_seed", "classifier_seed"]].fillna(-1).to_numpy().tolist()
    assert seeds == [["R", -1, 3], ["R", -1, 4], ["S", 0, 3], ["S", 0, 4], ["S", 1, 3], ["S", 1, 4]]
    report = (project / "data/08_reporting/seeds/report.html").read_text()
    assert '<h2 id="class_gaussian.seed_0">' in report and '<h2 id="class_gaussian.seed_1">' in report
    samples = [
        np.load(project / f"data/07_model_output/seeds.class_gaussian.seed_{seed}/synthetic.npz")["images"]
        for seed in (0, 1)
    ]
    assert not np.array_equal(*samples)


FEW = """\
few:
  source: {_target_: standin.data.digits.load}
  arms: [R, S, R+S, R+fill]
  real_rows: [60, 120]
  hole: {class: "7", keep: 0.5}
  n_synthetic: [null, 70]
  training: {least_steps: 3}
  generative_models:
    class_gaussian: {_target_: standin.models.class_gaussian.ClassGaussian}
    gan: {_target_: standin.models.gan.GAN, arms: [R+fill], training: {epochs: 1}}
"""


def test_a_learning_curve_fits_everything_on_each_size_with_a_hole(project: Path) -> None:
    (project / "conf/base/parameters_few.yml").write_text(FEW)
    run(project, "few")
    curve = pd.read_csv(project / "data/08_reporting/few/learning_curve.csv")
    one_size = ["R", "S", "S n70", "R+S", "R+fill", "R+fill"]
    assert curve["arm"].tolist() == 2 * one_size
    train, whole = (
        np.load(project / f"data/03_primary/{name}.npz") for name in ("few_60_rows/train", "few/whole_train")
    )
    sevens = [(rows["labels"] == 7).sum() for rows in (train, whole)]
    assert len(train["labels"]) + train["missing"].sum() == 60
    assert train["missing"][7] == train["missing"].sum() == sevens[0]  # half of them stay
    assert sevens[1] > 100 and len(whole["labels"]) == 1257
    seen = np.load(project / "data/07_model_output/few_60_rows/gan.generative_model_rows.npz")
    assert seen["seen_by_generative_model"].tolist() == train["row_ids"].tolist()
    judge = np.load(project / "data/07_model_output/few/oracle_rows.npz")
    assert len(judge["seen_by_oracle"]) == 1257
    filled = curve[(curve["arm"] == "R+fill") & (curve["generative_model"] == "class_gaussian")]
    assert filled["n_synthetic"].tolist()[0] == sevens[0]
    verdict = json.loads((project / "data/08_reporting/few_120_rows/verdict.json").read_text())
    hole = verdict["generative_models"]["class_gaussian"]["in_hole"]
    test = np.load(project / "data/03_primary/few/test.npz")
    assert hole["test_rows"] == (test["labels"] == 7).sum()
    assert hole["recall"].keys() == {"R", "S", "S n70", "R+S", "R+fill"}
    assert hole["extend"]["by_arm"].keys() == {"R+S", "R+fill"}
    pages = [project / f"data/08_reporting/{name}/report.html" for name in ("few", "few_60_rows")]
    assert "../few_60_rows/report.html" in pages[0].read_text()
    assert "Missing images: 7" in pages[1].read_text()


AGAIN = """\
again:
  source: {_target_: standin.data.digits.load}
  label_budget: 100
  arms: [R, S]
  generative_models:
    gan: {_target_: standin.models.gan.GAN, training: {epochs: 1}}
"""


def test_the_same_seeds_give_the_same_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = []
    for name in ("first", "second"):
        folder = copy_project(tmp_path / name)
        monkeypatch.chdir(folder)
        (folder / "conf/base/parameters_again.yml").write_text(AGAIN)
        run(folder, "again")
        tables = [folder / "data" / layer for layer in ("07_model_output", "08_reporting")]
        files = [file for layer in tables for file in layer.rglob("*") if file.suffix in (".csv", ".json", ".parquet")]
        results.append({str(f.relative_to(folder)): f.read_bytes() for f in files})
    assert len(results[0]) > 10
    assert results[0] == results[1]


def test_every_experiment_folds_to_at_most_ten_nodes() -> None:
    bootstrap_project(ROOT)
    remember(None)
    for name, models in MODELS.items():
        for model in models:
            assert 0 < len(pipelines[name].filter(node_namespaces=[f"{name}.{model}"]).nodes) <= 10


def test_every_intermediate_is_backed_by_a_file(finished: dict[str, Path]) -> None:
    """Resuming with --from-nodes needs it."""
    bootstrap_project(finished["digits"])
    with KedroSession.create(project_path=finished["digits"], env="test") as session:
        catalog = session.load_context().catalog
        for data_set in MODELS:
            made = pipelines[data_set].all_outputs()
            assert len(made) > 20
            # A checkpoint is there only while a model is being trained.
            assert [name for name in made if not catalog.exists(name) and not name.endswith("checkpoint")] == []
