"""Standin's own datasets: what is saved is loaded, what is cut off leaves nothing half-written."""

import base64
import io
import json
import re
from collections import OrderedDict
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
import yaml
from kedro.io import DataCatalog, DatasetError
from matplotlib.figure import Figure
from PIL import Image

from standin.core.error_messages import user_message
from standin.kedro_ext.datasets import (
    CheckpointDataset,
    HTMLDataset,
    KerasModelDataset,
    NPZDataset,
    OptionalCSVDataset,
    PNGDataset,
    PNGFolderDataset,
    PydanticJSONDataset,
    keras_model,
)
from standin.kedro_ext.datasets.atomic import PartitionedDataset
from standin.training import Checkpoint
from standin.training.checkpoint import Progress
from tests.conftest import ROOT
from tests.verdict.examples import full_verdict

PNG = b"\x89PNG"


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    arrays = {"images": np.arange(128, dtype=np.uint8).reshape(2, 8, 8, 1), "names": np.array(["a", "bc"])}
    dataset = NPZDataset(str(tmp_path / "deep" / "a.npz"))
    assert not dataset.exists()
    dataset.save(arrays)
    loaded = dataset.load()
    assert loaded.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(loaded[name], array)
        assert loaded[name].dtype == array.dtype


def test_pickled_objects_are_not_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DatasetError, match="allow_pickle"):
        NPZDataset(str(tmp_path / "a.npz")).load()


def test_names_of_classes_in_a_table_of_recalls_come_back_as_text(tmp_path: Path) -> None:
    names = ["NA", "null", "nan", "None", "01", "1", "1e3", "True", " a", "a,b", "-"]
    recalls = pd.DataFrame({"arm": "real", "class": names, "recall": 0.5, "recall_low": 0.25, "recall_high": np.nan})
    entry = yaml.safe_load((ROOT / "conf/base/catalog.yml").read_text())["{namespace}.recalls"]
    entry["filepath"] = str(tmp_path / "recalls.csv")
    catalog = DataCatalog.from_config({"recalls": entry})
    catalog.save("recalls", recalls)
    pd.testing.assert_frame_equal(catalog.load("recalls"), recalls, check_dtype=False)
    numbers = catalog.load("recalls").select_dtypes("float")
    assert list(numbers) == ["recall", "recall_low", "recall_high"]


def test_a_write_that_is_cut_off_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = NPZDataset(str(tmp_path / "a.npz"))
    dataset.save({"x": np.array([1])})

    def cut_off(path: Path, **arrays: np.ndarray) -> None:
        Path(path).write_bytes(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(np, "savez", cut_off)
    with pytest.raises(DatasetError, match="no space left"):
        dataset.save({"x": np.array([2])})
    assert dataset.load()["x"].tolist() == [1]


def test_images_are_previewed_as_a_picture(tmp_path: Path) -> None:
    dataset = NPZDataset(str(tmp_path / "a.npz"))
    dataset.save({"images": np.zeros((50, 8, 8, 3), np.uint8), "labels": np.zeros(50)})
    assert base64.b64decode(dataset.preview()).startswith(PNG)
    dataset.save({"labels": np.zeros(50)})
    assert dataset.preview() == ""


def test_a_table_that_may_not_exist_has_numbers_or_texts(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n1,NA\n")
    numbers, texts = (OptionalCSVDataset(str(tmp_path / "a.csv"), ["x", "y"], text=text) for text in (False, True))
    assert numbers.load()["x"].tolist() == [1] and numbers.load()["y"].isna().all()
    assert texts.load().to_dict("list") == {"x": ["1"], "y": ["NA"]}


def test_a_page_is_previewed_by_its_title_and_beginning(tmp_path: Path) -> None:
    dataset = HTMLDataset(filepath=str(tmp_path / "a.html"))
    dataset.save("<title>A</title><style>p {}</style><h1>no</h1><p>b <b>c</b>\n d</p>e<p>f</p><p>g</p><p>h</p><p>i</p>")
    assert json.loads(dataset.preview()) == {"title": "A", "beginning": ["b c d", "f", "g", "h"]}
    dataset.save("<h2>gan</h2><p>b</p>")  # a section of a page
    assert json.loads(dataset.preview()) == {"title": "gan", "beginning": ["b"]}
    dataset.save("")
    assert json.loads(dataset.preview()) == {"title": "", "beginning": []}


def test_a_folder_of_figures_is_previewed_as_one_picture(tmp_path: Path) -> None:
    folder = PNGFolderDataset(path=str(tmp_path / "figures"))
    figures = {"a": Figure(figsize=(1, 2)), "b": Figure(figsize=(3, 1))}
    folder.save(figures)
    with Image.open(io.BytesIO(base64.b64decode(folder.preview()))) as image:
        sheet = image.size
    sizes = [Image.open(io.BytesIO(load())).size for load in folder.load().values()]
    assert sheet == (max(width for width, _ in sizes), sum(height for _, height in sizes))


def test_a_figure_is_loaded_as_the_bytes_of_its_picture(tmp_path: Path) -> None:
    dataset = PNGDataset(str(tmp_path / "a.png"))
    dataset.save(Figure())
    assert dataset.load().startswith(PNG)
    assert base64.b64decode(dataset.preview()) == dataset.load()


def test_a_keras_model_comes_back_with_its_weights(tmp_path: Path) -> None:
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)])
    dataset = KerasModelDataset(str(tmp_path / "model.keras"))
    dataset.save(model)
    x = np.ones((1, 3), np.float32)
    np.testing.assert_allclose(dataset.load()(x), model(x))


def test_a_shared_model_is_kept_until_its_file_changes(tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    models = [keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)]) for _ in range(3)]
    shared, other = KerasModelDataset(str(file), shared=True), KerasModelDataset(str(file))
    other.save(models[0])
    first = shared.load()
    assert shared.load() is first
    assert KerasModelDataset(str(file), shared=True).load() is first
    assert other.load() is not other.load()
    other.save(models[1])
    x = np.ones((1, 3), np.float32)
    np.testing.assert_allclose(shared.load()(x), models[1](x))
    shared.save(models[2])
    assert shared.load() is models[2]


def test_shared_models_are_bounded_by_their_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras_model, "MOST_SHARED", 16)  # two of these models
    monkeypatch.setattr(keras_model, "_shared_models", OrderedDict())
    datasets = [KerasModelDataset(str(tmp_path / f"{i}.keras"), shared=True) for i in range(3)]
    models = [keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)]) for _ in datasets]
    datasets[0].save(models[0])
    datasets[1].save(models[1])
    assert datasets[0].load() is models[0]
    datasets[2].save(models[2])
    assert [datasets[i].load() is models[i] for i in (0, 2, 1)] == [True, True, False]


def test_a_model_with_code_in_it_is_refused(tmp_path: Path) -> None:
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Lambda(lambda x: x * 2)])
    dataset = KerasModelDataset(str(tmp_path / "model.keras"))
    dataset.save(model)
    with pytest.raises(DatasetError, match=r"(?i)lambda|unsafe") as raised:
        dataset.load()
    assert re.match(r".*model.keras cannot be read as a Keras model: .*Lambda", user_message(raised.value) or "")


@pytest.mark.parametrize("made", ["another class", "no archive"])
def test_a_model_that_cannot_be_read_is_told_in_a_sentence(made: str, tmp_path: Path) -> None:
    file = tmp_path / "model.keras"
    file.write_bytes(b"no archive")
    if made == "another class":
        unknown = type("Unknown", (keras.layers.Layer,), {"call": lambda self, x: x})
        keras.Sequential([keras.layers.Input((3,)), unknown()]).save(file)
    with pytest.raises(DatasetError) as raised:
        KerasModelDataset(str(file)).load()
    told = user_message(raised.value)
    assert told is not None and told.startswith(f"{file} cannot be read as a Keras model: ") and "\n" not in told
    assert "Unknown" in told or made == "no archive"


def test_a_folder_is_read_without_what_a_cut_off_write_has_left(tmp_path: Path) -> None:
    folder = PartitionedDataset(
        path=str(tmp_path), dataset="standin.kedro_ext.datasets.PNGDataset", filename_suffix=".png"
    )
    folder.save({"a": Figure(), "b/c": Figure()})
    (tmp_path / "b/.partial_d.png").write_bytes(b"half")
    (tmp_path / ".partial_e.png").write_bytes(b"half")
    assert sorted(folder.load()) == ["a", "b/c"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off"])
def test_a_checkpoint_that_cannot_be_read_is_left_unused(
    content: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As a machine that lost its power leaves one."""
    checkpoint, variable = Checkpoint(tmp_path), keras.Variable([1.0])
    checkpoint.path.write_bytes(content)
    assert checkpoint.restore([variable], "run", 1) is None
    assert "Cannot read" in caplog.text and "checkpoint.npz" in caplog.text and "Starting from scratch." in caplog.text
    checkpoint.save([variable], "run", Progress({"epoch": [1]}))
    variable.assign([2.0])
    assert checkpoint.restore([variable], "run", 1) is not None
    assert keras.ops.convert_to_numpy(variable.value).tolist() == [1.0]


@pytest.mark.parametrize("kind", ["NPZDataset", "CSVDataset", "KerasModelDataset"])
def test_storage_other_than_a_disk_is_refused_in_a_sentence(kind: str) -> None:
    config = {"type": f"standin.kedro_ext.datasets.{kind}", "filepath": "s3://bucket/a.npz"}
    with pytest.raises(DatasetError) as raised:
        DataCatalog.from_config({"a": config})["a"].exists()
    message = "catalog: results must be stored on a local or mounted disk, got s3://bucket/a.npz"
    assert user_message(raised.value) == message


def test_a_checkpoint_dataset_gives_a_handle(tmp_path: Path) -> None:
    dataset = CheckpointDataset(str(tmp_path / "folder"))
    assert isinstance(dataset.load(), Checkpoint)
    assert dataset.exists()
    assert list(tmp_path.iterdir()) == []  # nothing is made before training writes
    with pytest.raises(DatasetError, match="not written by the catalog"):
        dataset.save({})


VERDICT = "standin.verdict.schema.Verdict"


def test_a_pydantic_model_comes_back_as_it_was(tmp_path: Path) -> None:
    dataset = PydanticJSONDataset(str(tmp_path / "a.json"), VERDICT, results_of="digits")
    dataset.save(full_verdict())
    assert dataset.load() == full_verdict()
    assert dataset.preview() == (tmp_path / "a.json").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    with pytest.raises(DatasetError, match=f"must be given a {VERDICT}, got a dict"):
        dataset.save({})  # type: ignore[arg-type]
    assert dataset.load() == full_verdict()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "Invalid JSON"),
        ('{"generative_models": {}}', "schema_version must be 6, got None"),
        (full_verdict().model_dump_json().replace('"test_images":270', '"test_images":"many"'), "test_images: Input"),
    ],
)
def test_a_file_of_another_version_is_refused_in_a_sentence_that_says_what_to_rebuild(
    tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    with pytest.raises(DatasetError) as raised:
        PydanticJSONDataset(str(file), VERDICT, results_of="digits").load()
    message = user_message(raised.value)
    assert message is not None and "\n" not in message
    assert message.startswith(f"{file} does not fit this version of Standin ({why}")
    assert message.endswith("): rebuild the results of digits with kedro run")
