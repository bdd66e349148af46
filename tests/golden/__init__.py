"""The figures of a finished run, in a form that does not depend on how its files are laid out.

`python -m tests.golden FOLDER` (a project in which pipelines have run with `--env=test`) writes them next to this file.
"""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
KEYS = ("arm", "generative_model", "generator_seed", "classifier_seed")


def processor() -> str:
    """The instructions that choose between kernels: results agree to the last digit only among equal ones."""
    flags = set()
    if (cpu := Path("/proc/cpuinfo")).exists():
        flags = set(cpu.read_text().partition("flags")[2].partition("\n")[0].split())
    return "+".join(name for name in ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile") if name in flags)


def figures(data: Path, data_set: str) -> dict[str, Any]:
    """Everything that a run found out about a data set.

    Args:
        data: folder of the results, such as `data/test`.
    """
    reporting, output = data / "08_reporting" / data_set, data / "07_model_output"
    namespaces = [data_set, *sorted(p.name for p in output.glob(f"{data_set}.*") if p.is_dir())]
    found: dict[str, Any] = {
        "splits": {
            part: _digest(np.load(data / f"03_primary/{data_set}/{part}.npz")["image_ids"])
            for part in ("train", "validation", "test", "labeled")
        },
        "predictions": {
            f"{name} {arm} {seed}": _digest(rows["predicted"].to_numpy())
            for name in namespaces
            if (file := output / name / "predictions.parquet").exists()
            for (arm, seed), rows in pd.read_parquet(file).groupby(["arm", "classifier_seed"])
        },
        "losses": {
            f"{name} {file.stem}": _last(file) for name in namespaces for file in (output / name).glob("curves_*")
        },
    }
    if (reporting / "accuracy.csv").exists():
        found["accuracy"] = _table(reporting / "accuracy.csv", KEYS)
        found["verdict"] = _verdict(json.loads((reporting / "verdict.json").read_text()))
        found["metrics"] = {
            file.parent.name: _metrics(json.loads(file.read_text())) for file in reporting.glob("*/sample_quality.json")
        }
        found["losses"] |= {f"{file.parent.name} history": _last(file) for file in reporting.glob("*/history.csv")}
        found["labels"] = {file.parent.name: json.loads(file.read_text()) for file in reporting.glob("*/labels.json")}
    if (reporting / "accuracy_by_epoch.csv").exists():
        found["accuracy_by_epoch"] = _table(reporting / "accuracy_by_epoch.csv", ("trained_on", "epochs"))
    if (reporting / "learning_curve.csv").exists():
        found["learning_curve"] = _table(reporting / "learning_curve.csv", ("size", *KEYS))
    return json.loads(json.dumps(found, default=float, sort_keys=True))


def mismatches(expected: Any, found: Any, exact: bool, where: str = "") -> list[str]:
    """Where two trees of figures differ.

    Args:
        exact: whether numbers must agree; otherwise only that there are the same, of the same kind, and counts agree.
    """
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = [*expected, *(key for key in found if key not in expected)]
        return [m for key in keys for m in mismatches(expected.get(key), found.get(key), exact, f"{where}/{key}")]
    if isinstance(expected, float) or isinstance(found, float):
        if not isinstance(found, int | float) or not isinstance(expected, int | float):
            return [f"{where}: {expected} became {found}"]
        same = math.isclose(expected, found, rel_tol=1e-6, abs_tol=1e-9) if exact else math.isfinite(found)
        return [] if same else [f"{where}: {expected} became {found}"]
    varies = not exact and isinstance(expected, str) and any(part in where for part in ("/predictions/", "/answer"))
    return [] if expected == found or varies else [f"{where}: {expected} became {found}"]


def _digest(values: np.ndarray) -> str:
    return hashlib.blake2b(np.ascontiguousarray(values, np.int64).data, digest_size=8).hexdigest()


def _table(file: Path, keys: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    table = pd.read_csv(file).astype(object)
    table = table.where(table.notna(), None).drop(columns=["dataset"], errors="ignore")
    return {" ".join(str(row.pop(key)) for key in keys if key in row): row for row in table.to_dict("records")}


def _last(file: Path) -> dict[str, float]:
    table = pd.read_csv(file)
    return {str(name): float(value) for name, value in table.iloc[-1].items()} if len(table) else {}


def _metrics(sample_quality: dict[str, Any]) -> dict[str, Any]:
    parts = ("value", "low", "high", "real", "real_low", "real_high", "n", "n_real")
    found = {metric["name"]: {part: metric[part] for part in parts} for metric in sample_quality["metrics"]}
    for name in ("label_preservation", "label_preservation_drawn"):  # the interval of real images was not stored
        if name in found:
            found[name] |= {"real_low": None, "real_high": None}
    if "c_t" in found:  # images of the withheld subset were counted, which its value is not of
        found["c_t"]["n_real"] = found["c_t"]["n"]
    return found


def _verdict(verdict: dict[str, Any]) -> dict[str, Any]:
    def answer(found: dict[str, Any] | None) -> Any:
        if found is None:
            return None
        best = found["by_arm"][found["arm"]] if "by_arm" in found else found
        kept = {"points": best["pp"]} | {name: best[name] for name in ("low", "high")}
        kept |= {name: found[name] for name in ("answer", "arm") if name in found}
        if "by_arm" in found:
            kept["by_arm"] = {arm: answer(each) for arm, each in found["by_arm"].items()}
        if "vs_controls" in found:
            controls = {"vs_oversampled": "oversampled"}
            kept |= {name: answer(found["vs_controls"].get(control)) for name, control in controls.items()}
        return kept

    def model(found: dict[str, Any]) -> dict[str, Any]:
        kept = {name: answer(found[name]) for name in ("replace", "extend")}
        kept |= {"memorized": (found["memorization"] or {}).get("detected"), "labels": found["labels"]}
        kept["vs_labels"] = {arm: answer(each) for arm, each in found["vs_labeled_images"].items()}
        baseline = (found["vs_baseline"] or {"by_arm": {}})["by_arm"]
        kept["vs_baseline"] = {arm: answer(each) for arm, each in baseline.items()}
        kept["by_class"] = {
            name: {question: answer(each[question]) for question in ("replace", "extend")}
            for name, each in found["by_class"].items()
        }
        if withheld := found["on_withheld"]:
            kept["on_withheld"] = {question: answer(withheld[question]) for question in ("replace", "extend")}
            kept["on_withheld"]["recall"] = {arm: each["proportion"] for arm, each in withheld["recall"].items()}
        return kept

    short_of = verdict["short_of"] and [verdict["short_of"]["accuracy"], verdict["short_of"]["required"]]
    return {name: model(found) for name, found in verdict["generative_models"].items()} | {"short_of": short_of}
