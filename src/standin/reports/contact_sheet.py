"""Numbered generated images, for a person to label."""

from collections.abc import Sequence

import numpy as np

from standin.core.images import png
from standin.reports.templating import TEMPLATES


def contact_sheet(experiment: str, images: np.ndarray, class_names: Sequence[str]) -> str:
    """The sheet, as HTML.

    Args:
        images: (n, height, width, channels) uint8, or float32 in [-1, 1].
    """
    return TEMPLATES.get_template("contact_sheet.html").render(
        experiment=experiment, class_names=class_names, images=[png(image) for image in images]
    )
