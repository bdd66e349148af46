"""Fingerprints of the code that a function can reach, and of nothing else."""

import itertools
import json
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from standin.core import code_digest
from standin.core.errors import InputError
from standin.pipelines.generation.nodes import train_generative_model
from standin.reports.dataset_report import build_report


def test_what_a_training_can_reach_counts() -> None:
    found = code_digest.code_digests(train_generative_model, [{"model": {"_target_": "standin.models.vae.VAE"}}])
    reached = {"standin.models.vae", "standin.models.losses", "standin.training.train", "standin.training.tensorflow"}
    assert reached | {"standin.pipelines.generation.nodes", "keras", "numpy", "tensorflow"} <= found.keys()
    assert not {"standin.models.gan", "standin.kedro_ext.hooks", "standin.figures.grids", "jax"} & found.keys()
    assert not any(name.startswith(("standin.figures", "standin.pipelines.reporting")) for name in found)


def test_what_tells_of_another_model_does_not_count() -> None:
    one, other = (
        code_digest.code_digests(train_generative_model, [[{"_target_": f"standin.models.{name}"}]])
        for name in ("vae.VAE", "gan.GAN")
    )
    assert "standin.models.gan" in other and "standin.models.gan" not in one


CHANGES = count()


def digest(folder: Path, source: str, name: str = "module.py") -> str:
    (folder / name).write_text(source)
    return code_digest._read("package.module", folder / name, changed=next(CHANGES))[0]


@pytest.mark.parametrize(
    ("source", "equal"),
    [
        ("import math\ndef f(x):\n    return 2 * x\n", True),
        ("'''Another.'''\nimport math\n\n\n# why\ndef f(x):\n    '''What.'''\n    return (2 * x)\n", True),
        ("import math\nlog.info('%d', 3)\ndef f(x):\n    log.debug(x)\n    return 2 * x\n", True),
        ("import math\nif TYPE_CHECKING:\n    import a\ndef f(x):\n    return 2 * x\n'''An attribute.'''\n", True),
        ("import math\ndef f(x):\n    return 3 * x\n", False),
        ("import math\ndef f(y):\n    return 2 * y\n", False),
    ],
)
def test_comments_docstrings_and_layout_do_not_count(tmp_path: Path, source: str, equal: bool) -> None:
    first = digest(tmp_path, "'''One.'''\nimport math\ndef f(x):\n    return 2 * x  # twice\n")
    assert (digest(tmp_path, source) == first) == equal


def test_templates_beside_a_module_count(tmp_path: Path) -> None:
    before = digest(tmp_path, "x = 1\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/page.html").write_text("<p>")
    assert digest(tmp_path, "x = 1\n") != before
    assert "standin.reports.templating" in code_digest.code_digests(build_report)


def test_imports_anywhere_and_relative_ones_are_followed(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(
        "from . import near\ndef f():\n    from standin.core import images\n    import a.b\n"
    )
    imported = code_digest._read("package.module", tmp_path / "module.py", changed=next(CHANGES))[1]
    assert {"package", "standin.core.images", "a.b"} == set(
        imported
    )  # `near` is no module, so it stands in the package


def test_a_package_counts_only_where_something_is_imported_from_itself() -> None:
    found = code_digest.code_digests(train_generative_model)
    assert "standin.core.instantiate" in found and "standin" not in found


def test_a_package_of_one_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(code_digest, "allowed_packages", lambda: ("standin", "mine"))
    code_digest._path.cache_clear()
    assert "mine" in code_digest.code_digests(train_generative_model, [{"_target_": "mine.Model"}])
    code_digest._path.cache_clear()


@pytest.mark.parametrize(("chosen", "stored"), [("jax", None), (None, "jax"), (None, "not json")])
def test_the_backend_is_known_without_keras_and_is_the_one_that_keras_takes(
    tmp_path: Path, chosen: str | None, stored: str | None
) -> None:
    if stored:
        written = {"backend": stored, "floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last"}
        (tmp_path / "keras.json").write_text(json.dumps(written) if stored == "jax" else stored)
    env = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"} | {"KERAS_HOME": str(tmp_path)}
    if chosen:
        env["KERAS_BACKEND"] = chosen
    program = "import sys; from standin.core.code_digest import _backend; print(_backend(), 'keras' in sys.modules)"
    if not chosen and stored == "jax":  # the one case in which it has to be found
        program += "; import keras; print(keras.backend.backend())"
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    name = chosen or ("jax" if stored == "jax" else "tensorflow")
    assert done.stdout.split() == [name, "False", *([name] if not chosen and stored == "jax" else [])]


def test_every_file_of_the_packages_that_may_be_named_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "of_ones_own"
    (package / "pages").mkdir(parents=True)
    files = [package / name for name in ("__init__.py", "model.py", "pages/card.md")]
    for file in files:
        file.write_text("# one")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(code_digest, "allowed_packages", lambda: ("standin", "of_ones_own"))
    found = [code_digest.all_code_digest.__wrapped__()]
    for file in files:
        file.write_text("# two")
        found.append(code_digest.all_code_digest.__wrapped__())
    assert len(set(found)) == len(found)


def test_a_backend_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    code_digest.packages.cache_clear()
    monkeypatch.setattr(code_digest, "_backend", lambda: "foo")
    with pytest.raises(InputError, match="KERAS_BACKEND must be tensorflow or jax, and installed: there is no foo"):
        code_digest.packages()


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("raise E(f'{x} is wrong')", "raise E('what', x)", True),
        ("raise E('a') from error", "raise E('b') from error", True),
        ("raise E('a')", "raise F('a')", False),
        ("raise E", "raise F", False),
        ("assert x, 'a'", "assert x, 'b'", True),
        ("assert x", "assert y", False),
        ("warnings.warn('a', stacklevel=2)", "pass", True),
        ("if x:\n    log.info('a')", "if x:\n    log.info('b', x)", True),
        ("if x:\n    log.info('a')", "if y:\n    log.info('a')", False),
        ("log = f('a')", "log = f('b')", False),
    ],
)
def test_the_wording_of_errors_and_logs_does_not_count(tmp_path: Path, one: str, other: str, equal: bool) -> None:
    assert (digest(tmp_path, one) == digest(tmp_path, other)) == equal


def test_the_chain_of_imports_is_the_shortest() -> None:
    chain = code_digest.import_chain(train_generative_model, [], "standin.training.batches")
    assert chain[0] == "standin.pipelines.generation.nodes" and chain[-1] == "standin.training.batches"
    for importer, imported in itertools.pairwise(chain):
        path = code_digest._path(importer)
        assert path is not None and imported in code_digest._read(importer, path, path.stat().st_mtime_ns)[1]
    model = [{"_target_": "standin.models.vae.VAE"}]
    assert code_digest.import_chain(train_generative_model, model, "standin.models.vae") == ["standin.models.vae"]
    assert code_digest.import_chain(train_generative_model, model, "standin.models.gan") == []
