"""Images to label as tasks of Label Studio, and its annotations (labelstud.io/guide/tasks, export format JSON)."""

import base64
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from standin.core.errors import InputError
from standin.core.images import png

CHOICE = "class"
"""Name of the choice in the labeling interface."""


def tasks(experiment: str, images: np.ndarray, ids: Sequence[str]) -> list[dict[str, Any]]:
    """One task per image (n, height, width, channels), which holds the image itself; `ids` as in a table of labels."""
    return [
        {
            "data": {
                "image": "data:image/png;base64," + base64.b64encode(png(image)).decode(),
                "experiment": experiment,
                "number": place + 1,
                "sample_id": identity,
            }
        }
        for place, (image, identity) in enumerate(zip(images, ids, strict=True))
    ]


def interface(class_names: Sequence[str]) -> str:
    """The labeling interface for these tasks: XML for the project's settings."""
    choices = "".join(f"\n    <Choice value={quoteattr(name)}/>" for name in class_names)
    shown = '<Image name="image" value="$image" zoom="true"/>'
    choice = f'<Choices name="{CHOICE}" toName="image" choice="single" showInLine="true">'
    return f"<View>\n  {shown}\n  {choice}{choices}\n  </Choices>\n</View>\n"


def rows_of(path: str | os.PathLike[str]) -> list[tuple[int, dict[str, str]]]:
    """(number of the task from 1, row as in a table of labels) of each exported task; without a label if it has no
    annotation, or was skipped.

    Raises:
        InputError: the file is no such export.
    """
    try:
        exported = json.loads(Path(path).read_text(encoding="utf-8"))
        return [(place + 1, _row(task)) for place, task in enumerate(exported)]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise InputError(f"{os.fspath(path)} is no export of Label Studio (format JSON): {error}") from error


def _row(task: dict[str, Any]) -> dict[str, str]:
    given = [one for one in task.get("annotations") or [] if not one.get("was_cancelled")]
    chosen = [
        part["value"]["choices"][0] for part in (given[-1]["result"] if given else []) if part["type"] == "choices"
    ]
    data = task["data"]
    return {
        "experiment": str(data["experiment"]),
        "number": str(data["number"]),
        "sample_id": str(data["sample_id"]),
        "label": str(chosen[-1]) if chosen else "",
    }
