"""Opening balances: vouchers in use from an earlier system, brought in by two people or not at all."""

from __future__ import annotations

import secrets
from datetime import date
from functools import partial

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.ledger.load.balances import balance_of
from clearing.upkeep.actions.verify_books import verify_books
from county_desk.actions.open_balances import (
    OpeningFile,
    OpeningReport,
    accept_opening,
    reject_opening,
    submit_opening,
)
from county_desk.actions.open_vouchers import Openings
from county_desk.load.openings import openings_of
from county_desk.reading.opening_rows import OPENING_LAYOUT
from county_desk.rules.opening import OpeningRefusal, OpeningState, total_of
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding, GrantDecision
from foundation.database.tables.ledger import Posting
from foundation.database.tables.openings import Opening
from foundation.tabular.reading import read_table
from foundation.tabular.table import Table
from foundation.vocabulary.identity_codes import hash_identity_code
from foundation.vocabulary.keys import KeyRing
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW, a_county, a_person, a_provider, an_offering

HEAD = (
    "number;decided_on;decided_by;legal_basis;cost_centre;client;name;municipality;external_id;kind;services;"
    "from;to;amount;quantity;unit_values;used_amount;used_quantity;chosen_provider;plan\n"
)
EUROS = (
    "D-1;7.1.2026;Virpi;VpL 9 §;4410;C-1;Aino;Mikkeli;a;voucher;PERSONAL_ASSISTANCE;1.1.2026;31.12.2026;"
    "3000;;any=40;1000,50;;1234567-1;mon,thu 10:00-12:00\n"
)
HOURS = (
    "D-2;7.1.2026;Virpi;VpL 9 §;4410;C-2;Eino;Mikkeli;a;voucher;PERSONAL_ASSISTANCE;1.1.2026;30.6.2027;"
    ";200;any=40;4000;100;1234567-1;2/week\n"
)
UNCHOSEN = (
    "D-3;7.1.2026;Virpi;VpL 9 §;4410;C-3;Onni;Mikkeli;a;voucher;PERSONAL_ASSISTANCE;1.1.2026;31.12.2026;"
    "500;;any=40;;;;\n"
)
OPENS_ON = date(2026, 11, 21)


def table_of(content: bytes) -> Table:
    return read_table(content, OPENING_LAYOUT)


@pytest.fixture
def openings(session: Session) -> Openings:
    county = a_county(session)
    an_offering(session, county, a_provider(session, county), price_cents=3600)
    hash_code = partial(hash_identity_code, keys=KeyRing({1: b"key"}))
    return Openings(county.id, "12", OPENS_ON, hash_code, secrets.randbits)


@pytest.fixture
def worker(session: Session, openings: Openings) -> Actor:
    return a_person(session, Role.WORKER, county_id=openings.county_id)


@pytest.fixture
def coordinator(session: Session, openings: Openings) -> Actor:
    return a_person(session, Role.COORDINATOR, county_id=openings.county_id)


def submit(session: Session, openings: Openings, actor: Actor, rows: str) -> OpeningReport | Refusal:
    content = (HEAD + rows).encode()
    file = OpeningFile("avoimet.csv", content, OPENS_ON)
    return submit_opening(session, file, openings, table_of(content), actor=actor, now=NOW)


def accepted(session: Session, openings: Openings, worker: Actor, coordinator: Actor, rows: str) -> None:
    report = submit(session, openings, worker, rows)
    assert isinstance(report, OpeningReport)
    assert report.opening_id is not None, report.refused
    done = accept_opening(session, report.opening_id, openings, table_of, actor=coordinator, now=NOW)
    assert isinstance(done, OpeningReport), done


def in_the_book(session: Session) -> tuple[int, int, int]:
    counts = [
        session.scalar(select(func.count()).select_from(table)) for table in (GrantDecision, Posting, Choice)
    ]
    return (counts[0] or 0, counts[1] or 0, counts[2] or 0)


def test_nothing_is_in_the_books_before_a_second_person_accepts(
    session: Session, openings: Openings, worker: Actor, coordinator: Actor
) -> None:
    report = submit(session, openings, worker, EUROS + HOURS + UNCHOSEN)
    assert isinstance(report, OpeningReport)
    assert report.refused == ()
    assert in_the_book(session) == (0, 0, 0)
    (total,) = report.totals
    assert (total.vouchers, total.choices, total.granted_cents, total.used_cents) == (
        3,
        2,
        1_150_000,
        500_050,
    )
    assert (total.granted_hundredths, total.used_hundredths) == (20_000, 10_000)
    assert report.opening_id is not None
    alone = accept_opening(session, report.opening_id, openings, table_of, actor=worker, now=NOW)
    assert alone == Refusal(OpeningRefusal.SAME_PERSON)
    done = accept_opening(session, report.opening_id, openings, table_of, actor=coordinator, now=NOW)
    assert isinstance(done, OpeningReport)
    assert in_the_book(session)[0] == 3
    again = accept_opening(session, report.opening_id, openings, table_of, actor=coordinator, now=NOW)
    assert again == Refusal(OpeningRefusal.DECIDED)
    assert session.scalars(select(Opening.content)).all() == [None]


def test_what_was_used_is_settled_and_what_is_left_can_be_used(
    session: Session, openings: Openings, worker: Actor, coordinator: Actor
) -> None:
    accepted(session, openings, worker, coordinator, EUROS + HOURS + UNCHOSEN)
    rows = session.execute(select(Funding.decision_number, Funding.id))
    found = {number: balance_of(session, key) for number, key in rows}
    euros, hours, unchosen = found["D-1"], found["D-2"], found["D-3"]
    assert (euros.granted_cents, euros.settled_cents) == (300_000, 100_050)
    assert euros.free_cents + euros.held_cents == 199_950
    # Mondays and Thursdays of 21 November to 31 December 2026: 6 and 6 visits, one of them on 24 December.
    assert euros.held_cents == 12 * 2 * 3600
    assert (hours.granted_hundredths, hours.settled_hundredths) == (20_000, 10_000)
    assert hours.free_hundredths + hours.held_hundredths == 10_000
    assert hours.held_hundredths > 0
    assert (unchosen.settled_cents, unchosen.held_cents, unchosen.free_cents) == (0, 0, 50_000)
    session.flush()
    assert verify_books(session).differences == ()


def test_days_before_the_opening_are_the_earlier_systems(
    session: Session, openings: Openings, worker: Actor, coordinator: Actor
) -> None:
    accepted(session, openings, worker, coordinator, EUROS)
    assert session.scalars(select(func.lower(Funding.valid))).all() == [OPENS_ON]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        (("1000,50", "3000,01"), "used_amount", "used_over_granted"),
        (("1000,50;;", "1000,50;5;"), "used_quantity", "units_not_granted"),
        ((";1000,50;", ";-1;"), "used_amount", "field_malformed"),
        (("mon,thu 10:00-12:00", "often"), "plan", "plan_unreadable"),
        (("mon,thu 10:00-12:00", ""), "plan", "field_missing"),
        (("1234567-1;mon", ";mon"), "chosen_provider", "field_missing"),
        (("1234567-1", "7654321-7"), "chosen_provider", "chosen_provider_unknown"),
        ((";PERSONAL_ASSISTANCE;", ";HOME_CARE;"), "chosen_provider", "offering_not_found"),
        (("1.1.2026;31.12.2026", "1.1.2026;20.11.2026"), "to", "window_before_opening"),
        (("Mikkeli", "Turku"), "municipality", "municipality_unknown"),
        (("mon,thu 10:00-12:00", "mon 10:00-12:00 + mon 11:00-13:00"), "plan", None),
    ],
)
def test_a_wrong_row_keeps_everything_out(
    session: Session,
    openings: Openings,
    worker: Actor,
    change: tuple[str, str],
    column: str,
    code: str | None,
) -> None:
    report = submit(session, openings, worker, UNCHOSEN + EUROS.replace(*change))
    assert isinstance(report, OpeningReport)
    assert report.opening_id is None
    (row,) = report.refused
    assert row.number == 3
    assert row.faults[0].field == column
    assert code is None or row.faults[0].code == code
    assert in_the_book(session) == (0, 0, 0)
    assert openings_of(session, openings.county_id) == []


def test_units_over_the_grant_are_named(session: Session, openings: Openings, worker: Actor) -> None:
    report = submit(session, openings, worker, HOURS.replace("4000;100;", "4000;200,01;"))
    assert isinstance(report, OpeningReport)
    assert [fault.code for fault in report.refused[0].faults] == ["used_units_over_granted"]


def test_the_same_file_waits_once(
    session: Session, openings: Openings, worker: Actor, coordinator: Actor
) -> None:
    first = submit(session, openings, worker, UNCHOSEN)
    assert submit(session, openings, worker, UNCHOSEN) == Refusal(OpeningRefusal.FILE_KNOWN, "file")
    assert isinstance(first, OpeningReport)
    assert first.opening_id is not None
    reject = partial(reject_opening, session, openings.county_id, first.opening_id, actor=worker, now=NOW)
    assert reject(why=" ") == Refusal(OpeningRefusal.WHY_MISSING, "why")
    assert reject(why="Vanha luettelo") is None
    accepted(session, openings, worker, coordinator, UNCHOSEN)
    states = [each.state for each in openings_of(session, openings.county_id)]
    assert states == [OpeningState.ACCEPTED, OpeningState.REJECTED]
    twice = submit(session, openings, worker, UNCHOSEN + "\n")
    assert isinstance(twice, OpeningReport)
    assert [fault.code for fault in twice.refused[0].faults] == ["already_in_book"]


def test_what_has_changed_since_is_not_accepted(
    session: Session, openings: Openings, worker: Actor, coordinator: Actor
) -> None:
    report = submit(session, openings, worker, EUROS + UNCHOSEN)
    assert isinstance(report, OpeningReport)
    assert report.opening_id is not None
    session.execute(text("UPDATE offering SET published = false"))
    before = in_the_book(session)
    done = accept_opening(session, report.opening_id, openings, table_of, actor=coordinator, now=NOW)
    assert done == Refusal(OpeningRefusal.CHANGED)
    assert in_the_book(session) == before
    assert [each.state for each in openings_of(session, openings.county_id)] == [OpeningState.WAITING]


def test_another_county_sees_nothing(session: Session, openings: Openings, worker: Actor) -> None:
    report = submit(session, openings, worker, UNCHOSEN)
    assert isinstance(report, OpeningReport)
    assert report.opening_id is not None
    other = a_county(session, "11")
    elsewhere = Openings(other.id, "11", OPENS_ON, openings.hash_code)
    stranger = a_person(session, Role.COORDINATOR, county_id=other.id)
    done = accept_opening(session, report.opening_id, elsewhere, table_of, actor=stranger, now=NOW)
    assert done == Refusal(OpeningRefusal.UNKNOWN)
    assert openings_of(session, other.id) == []


def test_the_database_wants_two_people(session: Session, openings: Openings, worker: Actor) -> None:
    report = submit(session, openings, worker, UNCHOSEN)
    assert isinstance(report, OpeningReport)
    accept = text(
        "UPDATE opening SET state = 'accepted', content = NULL, decided_at = now(), decided_by = :by"
    )
    with pytest.raises(IntegrityError, match="ck_opening_two_people"), session.begin_nested():
        session.execute(accept, {"by": worker.person_id})


def test_totals_add_up(session: Session, openings: Openings, worker: Actor) -> None:
    report = submit(session, openings, worker, EUROS + UNCHOSEN)
    assert isinstance(report, OpeningReport)
    total = total_of(report.totals)
    assert total.granted_cents == total.used_cents + total.left_cents == 350_000


def test_totals_that_the_first_person_did_not_see_are_not_accepted(
    session: Session, openings: Openings, worker: Actor, coordinator: Actor
) -> None:
    report = submit(session, openings, worker, UNCHOSEN)
    assert isinstance(report, OpeningReport)
    assert report.opening_id is not None
    session.execute(text("UPDATE opening SET totals = jsonb_set(totals, '{0,used_cents}', '1')"))
    session.expire_all()
    done = accept_opening(session, report.opening_id, openings, table_of, actor=coordinator, now=NOW)
    assert done == Refusal(OpeningRefusal.CHANGED)
    assert in_the_book(session) == (0, 0, 0)
