"""Tests that keep the Markdown true: vocabulary, links, generated blocks and examples."""

from pathlib import Path

from tests.conftest import ROOT

PAGES: tuple[Path, ...] = tuple(sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]))
"""All Markdown files of the project."""
