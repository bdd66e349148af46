"""A page in one HTML file."""

import json
from html.parser import HTMLParser

from standin.kedro_ext.datasets.atomic import TextDataset
from standin.kedro_ext.datasets.local_file import JSONPreview

PREVIEW_PARAGRAPHS = 4


class HTMLDataset(TextDataset):
    """A page, as text."""

    def preview(self) -> JSONPreview:
        """Its title and its first paragraphs: kedro-viz shows no HTML."""
        reader = _Beginning()
        reader.feed(self.load())
        title, *paragraphs = ([" ".join(text.split()) for text in reader.texts] + [""])[: 1 + PREVIEW_PARAGRAPHS]
        return JSONPreview(json.dumps({"title": title, "beginning": paragraphs}))


class _Beginning(HTMLParser):
    """The texts of the title and of paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("title", "p"):
            self._inside = tag
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[-1] += data
