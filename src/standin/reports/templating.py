"""The Jinja2 environment of all pages, which are self-contained HTML files."""

import base64

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from standin import __version__
from standin.experiments.arms import arm_of, label_of
from standin.figures.style import shown_width, vector_drawing
from standin.verdict.formatting import amount, change, describe_withheld, places, signed, worth_in_words
from standin.verdict.headline import headlines


def count(number: float | None) -> str:
    """With separators between thousands; `unknown` for a missing value."""
    return "unknown" if pd.isna(number) else f"{int(number):,}"


def data_uri(kind: str, data: bytes) -> str:
    """An image inside a page. `kind`: png or svg+xml."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def figure_uri(png: bytes) -> str:
    """A figure inside a page: its vector drawing, if it has one, otherwise its pixels."""
    drawing = vector_drawing(png)
    return data_uri("png", png) if drawing is None else data_uri("svg+xml", drawing.encode())


TEMPLATES = Environment(
    loader=PackageLoader("standin.reports"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters |= {
    "shown_width": shown_width,
    "figure": figure_uri,
    "png": lambda data: data_uri("png", data),
    "percent": lambda proportion, decimals=1: f"{100 * proportion:.{decimals}f}%",
    "number": lambda value: "" if value is None else f"{value:.3f}",
    "count": count,
    "amount": amount,
    "change": change,
    "signed": signed,
    "places": places,
    "describe_withheld": describe_withheld,
    "headlines": headlines,
    "worth_in_words": worth_in_words,
    "arm_label": label_of,
    "reference_label": lambda arm: label_of(arm_of(arm).reference),
}
TEMPLATES.globals["version"] = __version__
