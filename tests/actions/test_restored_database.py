"""A restored copy of the book pays nobody until a person has matched it with the bank."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from clearing.payments.actions.approve_payment_run import approve_payment_run
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.payments.actions.prepare_payment_run import cancel_payment_run, prepare_payment_run
from clearing.payments.actions.preview_payment_run import preview_payment_run
from clearing.payments.actions.unfreeze_settlement import unfreeze_settlement
from clearing.payments.load.payment_runs import RunContents
from clearing.payments.rules.settling import RunRefusalCode, RunState
from clearing.payments.rules.verdicts import Mismatch
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.session import make_engine
from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, TODAY
from tests.builders.bank_answers import report_of
from tests.builders.settlement import SettlementScenario, a_settlement_scenario, payments_in, statement_of
from tests.scratch_database import ScratchServer

FROZEN = Refusal(RunRefusalCode.FROZEN)


@contextmanager
def committed(database_url: str) -> Iterator[Session]:
    engine = make_engine(database_url)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
    engine.dispose()


@pytest.fixture
def copies(
    scratch_server: ScratchServer, fresh_database: str
) -> Iterator[tuple[str, str, SettlementScenario]]:
    """A book with a sent and an approved run, and a copy of it, as after a dump and a restore beside it."""
    with committed(fresh_database) as session:
        scenario = a_settlement_scenario(session)
        scenario.charge(session, 0)
        session.flush()
        session.expunge_all()
    with committed(fresh_database) as session:
        scenario.pay(session)
        scenario.charge(session, 1)
        scenario.approve(session, scenario.prepare(session))
    name = make_url(fresh_database).database or ""
    copy = f"{name}_restored"
    yield fresh_database, scratch_server.new_database(copy, template=name), scenario
    scratch_server.drop_database(copy)


def runs_of(session: Session, scenario: SettlementScenario) -> list[RunContents]:
    """The sent run and the approved one."""
    from clearing.payments.load.payment_runs import run_contents, runs_of_county

    headers = runs_of_county(session, scenario.county.id)
    return [found for header in reversed(headers) if (found := run_contents(session, header.run.id))]


def test_the_copy_pays_nobody_and_the_origin_goes_on(copies: tuple[str, str, SettlementScenario]) -> None:
    origin, restored, scenario = copies
    officer, county = scenario.officer, scenario.county
    with committed(restored) as session:
        sent, approved = runs_of(session, scenario)
        assert prepare_payment_run(session, county=county, until=TODAY, actor=officer, now=NOW) == FROZEN
        assert preview_payment_run(session, county=county, until=TODAY, actor=officer, now=NOW) == FROZEN
        for run in (sent, approved):
            assert export_bank_file(session, run.run.id, actor=officer, now=NOW) == FROZEN
    with committed(origin) as session:
        sent, approved = runs_of(session, scenario)
        assert isinstance(export_bank_file(session, sent.run.id, actor=officer, now=NOW), bytes)
        assert payments_in(scenario.export(session, approved))


def test_a_run_that_waits_for_approval_is_not_approved_in_the_copy(
    scratch_server: ScratchServer, fresh_database: str
) -> None:
    with committed(fresh_database) as session:
        scenario = a_settlement_scenario(session)
        scenario.charge(session, 0)
        run = scenario.prepare(session)
    name = make_url(fresh_database).database or ""
    with committed(scratch_server.new_database(f"{name}_copy", template=name)) as session:
        refused = approve_payment_run(session, run.run.id, run.hash(), actor=scenario.approver, now=NOW)
        assert refused == FROZEN
    scratch_server.drop_database(f"{name}_copy")


def test_a_person_of_the_county_releases_it_and_no_identifier_comes_again(
    copies: tuple[str, str, SettlementScenario],
) -> None:
    origin, restored, scenario = copies
    with committed(origin) as session:
        scenario.charge(session, 0)
        lost = scenario.pay(session)
    with committed(restored) as session:
        sent, approved = runs_of(session, scenario)
        release = {"county_id": scenario.county.id, "now": NOW}
        strangers = (
            Actor(None, Role.SETTLEMENT_OFFICER, "omatori settle unfreeze", scenario.county.id),
            Actor(scenario.officer.person_id, Role.WORKER, "", scenario.county.id),
            Actor(scenario.officer.person_id, Role.SETTLEMENT_OFFICER, "", scenario.county.id + 1),
        )
        for actor in strangers:
            assert isinstance(unfreeze_settlement(session, why="x", actor=actor, **release), Refusal)  # type: ignore[arg-type]
        no_words = unfreeze_settlement(session, why=" ", actor=scenario.officer, **release)  # type: ignore[arg-type]
        assert no_words == Refusal(RunRefusalCode.WHY_MISSING, "why")
        scenario.ingest(
            session,
            statement_of({payment.line.end_to_end_id: payment.line.sum_cents for payment in sent.payments}),
        )
        release |= {"not_at_bank": [approved.run.id]}
        not_refused(unfreeze_settlement(session, why="Pankki täsmää", actor=scenario.officer, **release))  # type: ignore[arg-type]
        [row] = session.scalars(select(AuditEvent).where(AuditEvent.act == "settlement.unfreeze"))
        assert (row.actor_id, row.why) == (scenario.officer.person_id, "Pankki täsmää")
        again = unfreeze_settlement(session, why="x", actor=scenario.officer, **release)  # type: ignore[arg-type]
        assert again == Refusal(RunRefusalCode.NOT_FROZEN)
        assert payments_in(scenario.export(session, approved))
        scenario.charge(session, 0)
        new = payments_in(scenario.pay(session))
        assert new
        assert not new.keys() & payments_in(lost).keys()
        assert runs_of(session, scenario)[-1].run.state is RunState.SENT
        assert verify_books(session).differences == ()


def test_a_run_that_the_bank_names_counts_as_sent_and_is_never_exported_again(
    copies: tuple[str, str, SettlementScenario],
) -> None:
    origin, restored, scenario = copies
    with committed(origin) as session:
        sent, approved = runs_of(session, scenario)
        file = scenario.export(session, approved)
    with committed(restored) as session:
        release = {"county_id": scenario.county.id, "now": NOW, "why": "x", "actor": scenario.officer}
        undecided = Refusal(RunRefusalCode.UNDECIDED, "not_at_bank")
        assert unfreeze_settlement(session, **release) == undecided  # type: ignore[arg-type]
        report = scenario.ingest(session, statement_of(payments_in(file)))
        assert (report.matched, report.unmatched) == (len(payments_in(file)), ())
        run = runs_of(session, scenario)[1].run
        assert (run.state, run.file_elsewhere) == (RunState.CLOSED, True)
        not_refused(unfreeze_settlement(session, **release))  # type: ignore[arg-type]
        refused = export_bank_file(session, run.id, actor=scenario.officer, now=NOW)
        assert refused == Refusal(RunRefusalCode.FILE_ELSEWHERE)
        assert isinstance(export_bank_file(session, sent.run.id, actor=scenario.officer, now=NOW), bytes)
        assert not scenario.prepare(session).payments, "its charges are paid"
        assert verify_books(session).differences == ()


@pytest.mark.parametrize("proof", ["rejected", "accepted", "other_sum", "other_account"])
def test_what_shows_that_the_bank_has_a_run(copies: tuple[str, str, SettlementScenario], proof: str) -> None:
    origin, restored, scenario = copies
    with committed(origin) as session:
        file = scenario.export(session, runs_of(session, scenario)[1])
    [(name, cents)] = payments_in(file).items()
    answers = {
        "rejected": report_of(file, group="RJCT"),
        "accepted": report_of(file, group="ACCP"),
        "other_sum": statement_of({name: cents + 1}),
        "other_account": statement_of({name: cents}, account="FI3715903000000776"),
    }
    with committed(restored) as session:
        scenario.ingest(session, answers[proof])
        states = {"rejected": ("closed", "returned"), "accepted": ("sent", "sent")}
        found = runs_of(session, scenario)[1]
        assert (found.run.state, found.payments[0].state) == states.get(proof, ("approved", "prepared"))
        assert found.run.file_elsewhere is (proof in states)
        assert verify_books(session).differences == ()


def test_the_bank_cannot_have_the_file_of_a_run_that_was_not_sent_here(
    copies: tuple[str, str, SettlementScenario],
) -> None:
    origin, _, scenario = copies
    with committed(origin) as session:
        _, approved = runs_of(session, scenario)
        [payment] = approved.payments
        report = scenario.ingest(session, statement_of({payment.line.end_to_end_id: payment.line.sum_cents}))
        assert [answer.mismatch for answer in report.unmatched] == [Mismatch.NOT_SENT]
        assert runs_of(session, scenario)[1].run.state is RunState.APPROVED


def test_a_prepared_run_that_the_bank_has_is_approved_by_another_person_first(
    scratch_server: ScratchServer, fresh_database: str
) -> None:
    with committed(fresh_database) as session:
        scenario = a_settlement_scenario(session)
        scenario.charge(session, 0)
        run = scenario.prepare(session)
    name = make_url(fresh_database).database or ""
    restored = scratch_server.new_database(f"{name}_copy", template=name)
    with committed(fresh_database) as session:
        file = scenario.export(session, scenario.approve(session, run))
    statement = statement_of(payments_in(file))
    release = {"county_id": scenario.county.id, "now": NOW, "why": "x", "actor": scenario.officer}
    with committed(restored) as session:
        scenario.ingest(session, statement)
        elsewhere = Refusal(RunRefusalCode.FILE_ELSEWHERE)
        refused = unfreeze_settlement(session, **release, not_at_bank=[run.run.id])  # type: ignore[arg-type]
        assert refused == replace(elsewhere, field="not_at_bank")
        cancelled = cancel_payment_run(session, run.run.id, actor=scenario.officer, now=NOW)
        assert cancelled == elsewhere
        scenario.approve(session, run)
        assert export_bank_file(session, run.run.id, actor=scenario.officer, now=NOW) == elsewhere
        assert scenario.ingest(session, statement).matched == 1
        not_refused(unfreeze_settlement(session, **release))  # type: ignore[arg-type]
        assert verify_books(session).differences == ()
    scratch_server.drop_database(f"{name}_copy")
