"""docs/file-codes.md lists every code that a file can be refused with, and its text."""

import pytest

from foundation.tabular.fault_texts import FAULT_TEXTS
from foundation.tabular.faults import CellFaultCode, TableFaultCode
from tests.architecture.sources import ROOT

PAGE = (ROOT / "docs/file-codes.md").read_text("utf-8")


@pytest.mark.parametrize("code", [*TableFaultCode, *CellFaultCode])
def test_a_code_is_listed(code: TableFaultCode | CellFaultCode) -> None:
    assert f"| `{code.value}` |" in PAGE


@pytest.mark.parametrize("code", TableFaultCode)
def test_its_text_is_the_one_that_people_read(code: TableFaultCode) -> None:
    text = FAULT_TEXTS[code]
    for name in ("about", "row"):
        text = text.replace(f"%({name})s", "…")
    assert text in PAGE
