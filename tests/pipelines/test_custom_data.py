"""Whole pipelines that a test changes, breaks or runs twice, each in a project of its own."""

from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from standin.core.errors import InputError
from standin.pipelines.pseudo_labeling import nodes as pseudo_labeling
from tests.conftest import run

PLAIN_CNN = "standin.models.plain_cnn.plain_cnn"
IMAGE_FOLDER = "standin.data.image_folder.load"


def test_a_failed_run_is_marked_and_keeps_what_finished(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(pseudo_labeling, "_kept", breaks)
    with pytest.raises(RuntimeError, match="on fire"):
        run(project, "digits")
    client = mlflow.MlflowClient(f"sqlite:///{project}/data/test_mlflow.db")
    found = client.search_runs([client.get_experiment_by_name("standin").experiment_id])
    assert {r.info.run_name: r.info.status for r in found} == {
        name: "FAILED" for name in ("digits", "digits.gan", "digits.vae", "digits.class_mixture")
    }
    gan = next(run_ for run_ in found if run_.info.run_name == "digits.gan")
    assert "loss/generator" in gan.data.metrics
    assert "accuracy/synthetic" not in gan.data.metrics


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"digits": {"label_budget": 932}}, "label_budget must be between 20 .* and 931 .*, got 932"),
        ({"digits": {"classifier": {"steps": 7}}}, "digits.classifier.steps: must be even .* got 7"),
        ({"digits": {"generative_models": {"gan": {"latent_dim": "7"}}}}, "gan.latent_dim: .* integer, got '7'"),
        ({"digits": {"source": {"_target_": IMAGE_FOLDER}}}, "digits.source.path: must be given"),
        ({"digits": {"source": {"_target_": IMAGE_FOLDER, "path": None}}}, "digits.source.path.*: .* got None"),
        (
            {"digits": {"generative_models": {"gan": {"latent_dmi": 3}}}},
            "digits.generative_models.gan.latent_dmi: .*'latent_dmi'; did",
        ),
        (
            {"digits": {"classifier": {"model": {"_target_": PLAIN_CNN, "widths": [8] * 4, "kernels": [3] * 4}}}},
            r"digits.classifier.model: cannot be built for images of shape .8, 8, 1.: images must have 16 pixels",
        ),
        ({"digits": {"labels": 3}}, "there is no parameter digits.labels"),
        (
            {"digits": {"generative_models": {"gan": {"_target_": "standin.models.gam.GAN"}}}},
            "no module 'standin.models.gam'",
        ),
        ({"digist": {"label_budget": 3}}, "no data set 'digist'; did you mean digits"),
    ],
)
def test_bad_input_stops_before_anything_is_written(project: Path, params: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run(project, "digits", params=params)
    assert results(project) == []


@pytest.mark.parametrize("content", [b"no npz", b""])
def test_a_corrupt_file_stops_before_anything_is_written(project: Path, content: bytes) -> None:
    (project / "broken.npz").write_bytes(content)
    with pytest.raises(InputError, match="broken.npz cannot be read"):
        run(project, "mnist", params={"mnist": {"source": {"path": "broken.npz"}}})
    assert results(project) == []


def results(project: Path) -> list[Path]:
    """All files that a run has left; MLflow's store and the locks of data sets are there before."""
    files = [p for p in (project / "data").rglob("*") if p.is_file()]
    return [p for p in files if "mlflow" not in p.name and p.suffix != ".lock"]


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
    run(project, "mine", params={"mine": {"arms": ["real", "synthetic"]}})  # the others take their time elsewhere
    table = pd.read_csv(project / "data/test/08_reporting/mine/accuracy.csv")
    assert table["arm"].tolist() == ["real", "synthetic"]
    assert "digit 7" in (project / "data/test/08_reporting/mine/report.html").read_text()


def test_an_unknown_data_set_is_named(project: Path) -> None:
    with pytest.raises(ValueError, match="mnits"):
        run(project, "mnits")


SEVERAL_SEEDS = """\
seeds:
  source: {_target_: standin.data.digits.load}
  arms: [real, synthetic]
  generator_seeds: [0, 1]
  classifier_seeds: [3, 4]
  generative_models:
    class_gaussian: {_target_: standin.models.class_gaussian.ClassGaussian}
"""


def test_several_generator_seeds_become_experiments_of_their_own(project: Path) -> None:
    (project / "conf/base/parameters_seeds.yml").write_text(SEVERAL_SEEDS)
    run(project, "seeds")
    table = pd.read_csv(project / "data/test/08_reporting/seeds/accuracy.csv")
    seeds = table[["arm", "generator_seed", "classifier_seed"]].fillna(-1).to_numpy().tolist()
    assert seeds == [
        ["real", -1, 3],
        ["real", -1, 4],
        ["synthetic", 0, 3],
        ["synthetic", 0, 4],
        ["synthetic", 1, 3],
        ["synthetic", 1, 4],
    ]
    report = (project / "data/test/08_reporting/seeds/report.html").read_text()
    assert '<h2 id="class_gaussian.seed_0">' in report and '<h2 id="class_gaussian.seed_1">' in report
    samples = [
        np.load(project / f"data/test/07_model_output/seeds.class_gaussian.seed_{seed}/synthetic.npz")["images"]
        for seed in (0, 1)
    ]
    assert not np.array_equal(*samples)
