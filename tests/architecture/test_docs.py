"""Documents name only files that exist, and every decision record has its four parts."""

import re
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGES, ROOT, files_of_tests, name_of, program_files

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "foundation/web/README.md"])
RECORDS = sorted((ROOT / "docs/decisions").glob("0*.md"))
PARTS = ("Decision", "Why", "Alternatives", "Price")
ONE_PAGE_LINES = 60
FOLDERS = (*PACKAGES, "tests", "benchmarks", "docs")
BACKTICKED = re.compile(r"`([^`\s]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
RECORD_NUMBER = re.compile(r"(?:decisions/|[Dd]ecisions? |[Rr]ecords? )(0\d{3})")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_a_document_names_only_files_that_exist(document: Path) -> None:
    missing = missing_paths(document.read_text("utf-8")) + missing_links(document)
    assert not missing, f"{name_of(document)} names files that do not exist"


@pytest.mark.parametrize("record", RECORDS, ids=name_of)
def test_a_decision_record_is_one_page_with_four_parts(record: Path) -> None:
    text = record.read_text("utf-8")
    assert [part for part in PARTS if f"**{part}" not in text] == [], "write each part as `**Why.** …`"
    assert len(text.splitlines()) <= ONE_PAGE_LINES


def test_every_decision_record_is_in_the_index() -> None:
    index = (ROOT / "docs/decisions/README.md").read_text("utf-8")
    assert sorted(LINK.findall(index)) == sorted(["../performance.md", *(record.name for record in RECORDS)])


def test_decision_records_have_different_numbers() -> None:
    numbers = [record.name[:4] for record in RECORDS]
    assert len(numbers) == len(set(numbers))


def test_files_refer_only_to_decision_records_that_exist() -> None:
    numbers = {record.name[:4] for record in RECORDS}
    unknown = {
        (name_of(path), number)
        for path in [*program_files(), *files_of_tests(), *DOCUMENTS]
        for number in RECORD_NUMBER.findall(path.read_text("utf-8"))
        if number not in numbers
    }
    assert unknown == set(), "merged records are listed in docs/decisions/README.md"


def missing_paths(text: str) -> list[str]:
    """The paths in backticks that lead nowhere; names with a placeholder (`<face>`, `NAME`) are left out."""
    named = (quoted.partition(":")[0] for quoted in BACKTICKED.findall(text))
    ours = {path for path in named if path.split("/")[0] in FOLDERS and "/" in path and "<" not in path}
    return sorted(path for path in ours if not any(ROOT.glob(path.rstrip("/"))))


def missing_links(document: Path) -> list[str]:
    """The relative links that lead nowhere."""
    links = LINK.findall(document.read_text("utf-8"))
    return [link for link in links if "://" not in link and not (document.parent / link).exists()]
