"""From a reason code to its rule in ten seconds: one reason, one function, one docstring, one table test."""

import re
from functools import cache
from pathlib import Path

import pytest

from clearing.reasons import REASONS, Reason
from docs.generate_rulebook import PAGE, rule_functions, rulebook

RULES = sorted({reason.rule for reason in REASONS.values()})
TESTS = Path(__file__).parent
CLEARING = TESTS.parents[1] / "clearing"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == rulebook(), "run: python3 -m docs.generate_rulebook"


def test_there_are_35_rules() -> None:
    assert [f"R-{number:02d}" for number in range(1, 36)] == RULES
    assert sorted(rule_functions()) == RULES


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: str(reason.code))
def test_every_code_is_in_a_rule_and_in_a_table(reason: Reason) -> None:
    assert re.search(rf"\b{reason.code.upper()}\b", text_of(CLEARING, "**/r*/*.py"))
    assert reason.code in text_of(TESTS, "test_*.py")


@cache
def text_of(folder: Path, names: str) -> str:
    """Return the files of a folder, but for this one, as one text."""
    return "".join(path.read_text(encoding="utf-8") for path in folder.glob(names) if path != Path(__file__))


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: str(reason.code))
def test_every_reason_has_its_words(reason: Reason) -> None:
    for words in (reason.title, reason.detail, reason.fix, reason.who):
        assert words
        assert words == words.strip()
    for placeholder in re.findall(r"%\((\w+)\)", reason.detail):
        assert placeholder.islower()
