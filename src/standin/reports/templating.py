"""The Jinja2 environment of all pages: one HTML file each that contains everything."""

import base64

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from standin import __version__
from standin.experiments.arms import label_of
from standin.verdict.formatting import amount, describe_withheld, places, signed

TEMPLATES = Environment(
    loader=PackageLoader("standin.reports"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
TEMPLATES.filters["png"] = lambda data: "data:image/png;base64," + base64.b64encode(data).decode()
TEMPLATES.filters["percent"] = lambda proportion, decimals=1: f"{100 * proportion:.{decimals}f}%"
TEMPLATES.filters["amount"] = amount
TEMPLATES.filters["describe_withheld"] = describe_withheld
TEMPLATES.filters["signed"] = signed
TEMPLATES.filters["places"] = places
TEMPLATES.filters["number"] = lambda value: "" if value is None else f"{value:.3f}"
TEMPLATES.filters["count"] = lambda number: f"{int(number):,}"
TEMPLATES.filters["arm_label"] = label_of
TEMPLATES.globals["version"] = __version__
