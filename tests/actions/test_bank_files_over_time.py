"""M8 through the book: run after run, each file the same bytes for whoever takes it, no identifier twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sepaxml
from lxml import etree
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.gateways.sepa_text import KEPT, Letters
from clearing.upkeep.actions.verify_books import verify_books
from foundation.vocabulary.identifiers import parse_iban, parse_reference_number
from foundation.vocabulary.refusals import not_refused
from tests.builders import NOW
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, payments_in, statement_of

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    path = Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"
    return etree.XMLSchema(etree.parse(path))


def bank_file(session: Session, scenario: SettlementScenario, number: int) -> tuple[int, bytes]:
    """One run with three charges; every fourth is prepared twice. Taken ten times, by two people in turn."""
    now = NOW + timedelta(days=number)
    for place in range(3):
        scenario.charge(session, (number + place) % 5)
    if number % 4 == 0:
        scenario.prepare(session, now=now)
    approved = scenario.approve(session, scenario.prepare(session, now=now), now=now)
    people = (scenario.officer, scenario.approver) * 5
    files = {
        not_refused(export_bank_file(session, approved.run.id, actor=person, now=now + timedelta(hours=hour)))
        for hour, person in enumerate(people)
    }
    assert len(files) == 1
    return approved.run.id, files.pop()


def texts(tree: etree._Element, path: str) -> list[str]:
    return [str(node.text) for node in tree.iterfind(path, NS)]


@pytest.mark.parametrize("runs", [5, pytest.param(16, marks=pytest.mark.long)])
def test_run_after_run(session: Session, schema: etree.XMLSchema, runs: int) -> None:
    scenario = a_settlement_scenario(session, providers_count=5)
    used: Counter[str] = Counter()
    files: dict[int, bytes] = {}
    for number in range(runs):
        run_id, files[run_id] = bank_file(session, scenario, number)
        tree = etree.fromstring(files[run_id])
        assert schema.validate(tree), schema.error_log
        sent = payments_in(files[run_id])
        stored = text("SELECT end_to_end_id, sum_cents FROM payment WHERE run_id = :run")
        assert sent == {row.end_to_end_id: row.sum_cents for row in session.execute(stored, {"run": run_id})}
        assert texts(tree, ".//p:NbOfTxs") == [str(len(sent))] * 2
        assert [Decimal(total) * 100 for total in texts(tree, ".//p:CtrlSum")] == [sum(sent.values())] * 2
        used.update([*sent, *texts(tree, ".//p:MsgId"), *texts(tree, ".//p:PmtInfId")])
        used.update(texts(tree, ".//p:CdtrRefInf/p:Ref"))
        names = texts(tree, ".//p:Nm")
        assert all(KEPT[Letters.NORDIC].issuperset(name) and len(name) <= 70 for name in names)
        assert all(parse_iban(iban) == iban for iban in texts(tree, ".//p:IBAN"))
        assert all(parse_reference_number(reference) for reference in texts(tree, ".//p:CdtrRefInf/p:Ref"))
        back = dict(list(sent.items())[: number % 2])
        scenario.ingest(session, statement_of(back, returned=True), now=NOW + timedelta(days=number + 3))
    assert set(used.values()) == {1}
    assert all(len(identifier) <= 35 for identifier in used)
    for run_id, first in files.items():
        assert (
            export_bank_file(session, run_id, actor=scenario.officer, now=NOW + timedelta(days=900)) == first
        )
    assert verify_books(session).differences == ()
