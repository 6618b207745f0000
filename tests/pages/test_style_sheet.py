"""The style sheet: what no page uses of the vendor's is left out, and what is used stays."""

from __future__ import annotations

import re

import pytest

from foundation.web.assets import SHEETS, SOURCE, UNUSED, own_font_in, without_unused
from tests.architecture.sources import PACKAGES, ROOT

KINDS = {".html", ".py", ".js", ".css"}
USED = ("button", "radios__input", "checkboxes__label", "error-summary", "details", "table", "skip-link")


def component(name: str) -> re.Pattern[str]:
    return re.compile(rf"\bgovuk-{name}(?![a-z])")


@pytest.mark.parametrize("name", UNUSED)
def test_no_page_uses_a_component_that_is_left_out(name: str) -> None:
    sources = [
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.suffix in KINDS and "vendor" not in path.parts
    ]
    assert len(sources) > 100
    assert [path for path in sources if component(name).search(path.read_text("utf-8"))] == []


@pytest.mark.parametrize("name", USED)
def test_a_component_that_is_used_keeps_every_rule(name: str) -> None:
    sheet = own_font_in((SOURCE / SHEETS[0]).read_text("utf-8"))
    left_out = "|".join(UNUSED)
    rules = re.findall(r"[^{}@;]+\{[^{}]*\}", sheet)
    wanted = [rule for rule in rules if component(name).search(rule) and not re.search(left_out, rule)]
    assert wanted
    assert [rule for rule in wanted if rule not in without_unused(sheet)] == []


def test_a_third_of_the_vendors_sheet_is_left_out() -> None:
    sheet = own_font_in((SOURCE / SHEETS[0]).read_text("utf-8"))
    assert len(without_unused(sheet)) < len(sheet) * 2 / 3


def test_a_rule_for_both_stays_and_empty_blocks_go() -> None:
    panel = "@media print{@media x{.govuk-panel__body{e:f}}}"
    sheet = ".govuk-tabs{a:b}.govuk-tabs,.govuk-button{c:d}" + panel + "p{g:h}"
    assert without_unused(sheet) == ".govuk-tabs,.govuk-button{c:d}p{g:h}"
