"""A page, or a part of one, in one HTML file."""

import json
from html.parser import HTMLParser

from standin.kedro_ext.datasets.atomic import TextDataset
from standin.kedro_ext.datasets.local_file import JSONPreview

PREVIEW_PARAGRAPHS = 4
TITLES, PARAGRAPH = ("title", "h2"), "p"


class HTMLDataset(TextDataset):
    """A page, as text."""

    def preview(self) -> JSONPreview:
        """Its title, or its first heading, and its first paragraphs: kedro-viz shows no HTML."""
        reader = _Beginning()
        reader.feed(self.load())
        texts = [(tag, " ".join(text.split())) for tag, text in reader.texts]
        title = next((text for wanted in TITLES for tag, text in texts if tag == wanted), "")
        paragraphs = [text for tag, text in texts if tag == PARAGRAPH]
        return JSONPreview(json.dumps({"title": title, "beginning": paragraphs[:PREVIEW_PARAGRAPHS]}))


class _Beginning(HTMLParser):
    """The texts of titles and paragraphs, each with its tag."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in (*TITLES, PARAGRAPH):
            self._inside = tag
            self.texts.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            tag, text = self.texts[-1]
            self.texts[-1] = tag, text + data
