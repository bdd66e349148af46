"""A color-blind-safe palette (Okabe and Ito 2008) and the style of axes, for all figures.

Figures are created without `pyplot`, whose current figure is global state.
"""

import io
import math

import pandas as pd
from matplotlib import rc_context, rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

BLUE, ORANGE, GREEN, PINK = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, RED, YELLOW, BLACK = "#56B4E9", "#D55E00", "#F0E442", "#000000"
CYCLE = (BLUE, ORANGE, GREEN, PINK, RED, SKY)
DPI = 110
"""Pixels of CSS for each inch of a figure."""
SVG = "svg"
"""Name of a PNG file's text chunk with the vector drawing."""
LONGEST_DRAWING = 1_000_000
"""Characters of the longest vector drawing that is kept: Pillow refuses to read texts of more than 1 MiB."""
MARKERS = "o^sDv"
"""Shapes for further rounds through the colors, with more classes than colors."""


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of this size in inches."""
    return Figure(figsize=(width, height), layout="constrained")


def png_bytes(figure: Figure) -> bytes:
    """The figure as a PNG file, which every program shows. A chart has twice the pixels of what it is shown at
    (`shown_width`), and its vector drawing in a text chunk of the file (`vector_drawing`); figures with images have
    enough pixels."""
    from PIL.PngImagePlugin import PngInfo

    buffer, texts = io.BytesIO(), PngInfo()
    chart = not any(axes.images for axes in figure.axes)
    # Laid out once, for both drawings, and without drawing it for that.
    if layout := figure.get_layout_engine():
        layout.execute(figure)
    figure.set_layout_engine("none")
    box = figure.get_tightbbox().padded(rcParams["savefig.pad_inches"])
    if chart and len(drawing := _svg(figure, box)) < LONGEST_DRAWING:
        texts.add_text(SVG, drawing, zip=True)
    dpi = 2 * DPI if chart else DPI
    figure.savefig(buffer, format="png", dpi=dpi, bbox_inches=box, pil_kwargs={"pnginfo": texts})
    return buffer.getvalue()


def _svg(figure: Figure, box: Bbox) -> str:
    """The part `box` of a figure, in inches, as SVG: equal figures are equal texts, and letters are shapes, so that no
    font can be missing."""
    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": "standin", "svg.fonttype": "path"}):
        figure.savefig(buffer, format="svg", bbox_inches=box, metadata={"Date": None})
    return buffer.getvalue()


def vector_drawing(png: bytes) -> str | None:
    """The SVG text in a file of `png_bytes`; None for figures with images, and for drawings that are too long."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        image.load()  # texts may follow the pixels
        return image.info.get(SVG)


def shown_width(png: bytes) -> int:
    """The width at which a PNG file is shown, pixels of CSS: that of its figure in inches, times `DPI`."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        density = image.info.get("dpi", (DPI,))[0]
        return round(image.width * DPI / density)


def tidy(axes: Axes, title: str, x: str, y: str) -> None:
    """Title, axis labels, light grid, no upper and right frame; epochs and steps are whole numbers."""
    if x in ("epoch", "optimizer step"):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_title(title, loc="left", fontsize=11)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)


def percentages(table: pd.DataFrame) -> tuple[pd.Series, list[pd.Series]]:
    """`accuracy` in percent, and how far its interval reaches below and above it."""
    accuracy, low, high = (100 * table[column] for column in ("accuracy", "accuracy_low", "accuracy_high"))
    return accuracy, [accuracy - low, high - accuracy]


def floor_percent(table: pd.DataFrame) -> float:
    """Where an axis of accuracies starts: a multiple of 5% below all intervals."""
    return max(0, 5 * math.floor((100 * table["accuracy_low"].min() - 2) / 5))
