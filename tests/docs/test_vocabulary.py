"""Retired words stay retired: code and docs use the field's terms (docs/glossary.md), in American spelling."""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

RETIRED: dict[str, str] = {
    # British spelling: the part of a word that differs
    r"labell(?=ed(?!by)|er|ing)": "label",
    r"colour": "color",
    r"neighbour": "neighbor",
    r"optimis": "optimiz",
    r"normalis": "normaliz",
    r"standardis": "standardiz",
    r"recognis": "recogniz",
    r"memoris": "memoriz",
    r"generalis": "generaliz",
    r"initialis": "initializ",
    r"regularis": "regulariz",
    r"summaris": "summariz",
    r"minimis": "minimiz",
    r"maximis": "maximiz",
    r"visualis": "visualiz",
    r"catalogue": "catalog",
    r"licence": "license",
    r"behaviour": "behavior",
    r"favour": "favor",
    r"artefact": "artifact",
    r"centre": "center",
    r"(?<![A-Za-z])grey": "gray",
    # arms
    r"\bR\+S\b": "mixed",
    r"\bS(->|-&gt;|→)R\b": "synthetic_then_real",
    r"\bR_budget\b": "labeled_subset",
    r"\bR\+aug\b": "real",
    r"\bR\+fill\b": "imputed",
    r"\bR\+repeat\b": "oversampled",
    r"`[RS]`|\b[Aa]rms? [RS]\b|\bR and (S|aug)\b|\bS then R\b": "real, synthetic, mixed, ...",
    # configuration, catalog, results
    r"(?<![-_])\blabeller\b": "pseudo_labeler",
    r"\breal_rows\b": "n_real",
    r"\bsnapshot_rows\b": "snapshot_images",
    r"\bleast[_-]steps\b": "min_steps",
    r"\bcurve_points\b": "log_points",
    r"\bhand_labels\b|\bhand labels\b": "manual_labels, manual labels",
    r"\bby_hand\b": "manual_labels",
    r"\brow_ids\b": "image_ids",
    r"\bwhole_train\b": "full_train",
    r"\btest_rows\b": "test_images",
    r"\bin_hole\b": "on_withheld",
    r"\bagainst_\w+": "vs_...",
    r"\bexamination\b|\bexamine[sd]?\b": "sample quality, evaluate",
    r"\btold_apart\b": "c2st_accuracy",
    r"\bkernel_distance\b": "kid",
    r"\bclass_share_distance\b": "label_tv_distance",
    r"\bfill_authenticity\b": "imputed_authenticity",
    # the private idiom
    r"\bholes?\b": "withheld subset",
    r"\bledgers?\b": "provenance",
    r"\bfreshness\b|--fresh\b": "up to date, --force",
    r"\bjudges\b|\bjudged\b": "reference models, evaluated",
    r"\btrivial (generative )?model\b": "baseline",
    r"\btold\b": "given, conditioned on",
    r"\b(came?|comes?) to nothing\b": "failed",
    r"\bbeside\b": "next to, alongside, with",
    r"\banew\b": "again",
    r"\bof which\b": "with, including",
    r"\bwhat there is\b": "(name it)",
    r"\b(held|holds?) against\b": "compared with",
    r"\brightly\b": "correctly",
    r"\bpaid for\b": "label budget",
    r"\bshares? of\b|\bshare_of\b": "proportion, fraction",
    r"\b(train|training|test|validation|real|generated|synthetic)[ -]rows\b": "images",
    r"\d points?\b": "percentage points (pp)",
    r"(?<![Pp]ercentage )\bpoints? (lost|gained|of accuracy|of recall)\b": "percentage points",
    # classes
    r"\bOnlyStale\b": "IncrementalRunner",
    r"\bMadeOf\b": "Provenance",
}
"""Regular expression of a retired word -> what to write instead. Case counts, but for the first letter of a word."""

ALLOWED: dict[str, set[str]] = {
    "src/standin/config/renamed.py": set(RETIRED),  # the table of renamed keys
}
"""File -> the retired words that it may use."""

SUFFIXES = {".py", ".md", ".html", ".yml", ".ipynb"}
PLACES = [
    *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "src/standin").iterdir() if p.name != "__pycache__"),
    "docs",
    "conf",
    "notebooks",
    "README.md",
    "CONTRIBUTING.md",
]
"""Where the words are retired. CHANGELOG.md is history: it keeps its words."""


def hits(path: Path) -> list[str]:
    """One line for each retired word of a file: where it is, the word, what to write instead."""
    allowed = ALLOWED.get(path.relative_to(ROOT).as_posix(), set())
    lines = path.read_text().splitlines()
    return [
        f"{path.relative_to(ROOT)}:{number}: {match.group()!r} -> {better}"
        for word, better in RETIRED.items()
        if word not in allowed
        for number, line in enumerate(lines, start=1)
        for match in re.finditer(_either_case(word), line)
    ]


def files(place: str) -> list[Path]:
    root = ROOT / place
    return [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.suffix in SUFFIXES)


@pytest.mark.parametrize("place", PLACES)
def test_no_retired_word_is_left(place: str) -> None:
    left = [hit for path in files(place) for hit in hits(path)]
    assert not left, f"{len(left)} retired words in {place}:\n" + "\n".join(left)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("a labeller names them", "labell"),
        ("Neighbours of a row", "Neighbour"),
        ("arm `S` loses", "`S`"),
        ("S->R and R+S", "S->R"),
        ("it loses 3.2 points", "2 points"),
        ("the share of samples", "share of"),
        ("what it was told", "told"),
    ],
)
def test_a_retired_word_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, word: str) -> None:
    monkeypatch.setattr("tests.docs.test_vocabulary.ROOT", tmp_path)
    (tmp_path / "page.md").write_text(f"fine\n{line}\n")
    assert any(hit.startswith(f"page.md:2: {word!r}") for hit in hits(tmp_path / "page.md"))


@pytest.mark.parametrize("line", ["labels, labeled", "withheld, whole, untold", "R2 of S3", "percentage points lost"])
def test_other_words_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr("tests.docs.test_vocabulary.ROOT", tmp_path)
    (tmp_path / "page.md").write_text(line)
    assert not hits(tmp_path / "page.md")


def _either_case(word: str) -> str:
    """The word also at the start of a sentence. Words that begin with a group or an assertion stay as they are."""
    first = re.match(r"(\\b)?([a-z])", word)
    if not first:
        return word
    bound, letter = first.group(1) or "", first.group(2)
    return f"{bound}[{letter}{letter.upper()}]{word[first.end() :]}"
