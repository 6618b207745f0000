"""An owner sends a new paper; the county accepts or rejects it; what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.load.providers import papers_of
from clearing.eligibility.rules.provider_in_force import papers_missing
from clearing.upkeep.actions.remind_of_papers import remind_of_papers
from foundation.database.columns import days
from foundation.database.tables.alerts import Alert
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.counties import County
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.paper_renewals import PaperRenewal
from foundation.database.tables.providers import Provider, ProviderPaper
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.renew_paper import decide_paper, send_paper, withdraw_paper
from tests.builders import NOW, TODAY, a_county, a_person, a_provider
from tests.builders.application import ADDRESS, PDF
from tests.builders.papers import a_new_paper

ENDED = TODAY - timedelta(days=3)
NEXT_YEAR = TODAY + timedelta(days=365)


@pytest.fixture
def county(session: Session) -> County:
    return a_county(session)


@pytest.fixture
def provider(session: Session, county: County) -> Provider:
    """A provider with an owner, whose insurance ended three days ago."""
    found = a_provider(session, county)
    ended = update(ProviderPaper).where(ProviderPaper.kind == "insurance")
    session.execute(ended.values(valid=days(date(2024, 1, 1), ENDED)))
    return found


@pytest.fixture
def owner(session: Session, provider: Provider) -> Actor:
    return a_person(session, Role.PROVIDER_OWNER, provider_id=provider.id)


@pytest.fixture
def worker(session: Session, county: County) -> Actor:
    return a_person(session, Role.WORKER, county_id=county.id)


def decide(
    session: Session, county: County, key: int, actor: Actor, *, why: str = "", accepted: bool = True
) -> str | None:
    by = {"actor": actor, "now": NOW, "address": ADDRESS}
    refusal = decide_paper(session, county.id, key, is_accepted=accepted, why=why, **by)  # type: ignore[arg-type]
    return None if refusal is None else refusal.code


def lacks(session: Session, provider: Provider, day: date = TODAY) -> tuple[PaperKind, ...]:
    return papers_missing(papers_of(session, [provider.id])[provider.id], day)


def state(session: Session, key: int) -> str:
    return session.scalars(select(PaperRenewal.state).where(PaperRenewal.id == key)).one()


def test_an_accepted_paper_ends_what_the_ended_one_held_back(
    session: Session, provider: Provider, county: County, owner: Actor, worker: Actor
) -> None:
    assert lacks(session, provider) == (PaperKind.INSURANCE,)
    key = a_new_paper(session, provider.id, days=(TODAY, NEXT_YEAR), sent_by=owner)
    assert lacks(session, provider) == (PaperKind.INSURANCE,), "it counts when the county has accepted it"
    assert remind_of_papers(session, address=ADDRESS, now=NOW) == 1
    assert decide(session, county, key, worker) is None
    assert (lacks(session, provider), lacks(session, provider, NEXT_YEAR)) == ((), ())
    assert lacks(session, provider, ENDED + ONE_DAY) == (PaperKind.INSURANCE,), "the gap stays"
    kept = [paper.last_day for paper in papers_of(session, [provider.id])[provider.id]]
    assert {ENDED, NEXT_YEAR} <= set(kept), "the old one stays in the register"
    assert remind_of_papers(session, address=ADDRESS, now=NOW) == 0
    mails = session.scalars(select(OutboxMessage.body).where(OutboxMessage.key.like("paper_verdict%"))).all()
    assert [mail["subject"].split(":")[0] for mail in mails] == ["Omatori"]
    acts = session.scalars(select(AuditEvent.act).where(AuditEvent.act.like("paper.%"))).all()
    assert sorted(acts) == ["paper.accept", "paper.send"]


def test_a_rejected_paper_needs_a_reason_and_changes_nothing(
    session: Session, provider: Provider, county: County, owner: Actor, worker: Actor
) -> None:
    key = a_new_paper(session, provider.id, days=(TODAY, NEXT_YEAR), sent_by=owner)
    assert decide(session, county, key, worker, accepted=False) == "why_missing"
    assert decide(session, county, key, worker, accepted=False, why="x" * 501) == "why_too_long"
    assert decide(session, county, key, worker, why="fine") == "why_not_needed"
    assert decide(session, county, key, worker, accepted=False, why="Sivu 2 puuttuu.") is None
    assert (state(session, key), lacks(session, provider)) == ("rejected", (PaperKind.INSURANCE,))
    body = session.scalars(select(OutboxMessage.body).where(OutboxMessage.key.like("paper_verdict%"))).one()
    assert "Sivu 2 puuttuu." in body["text"]
    assert decide(session, county, key, worker) == "renewal_not_waiting"


@pytest.mark.parametrize(
    ("content", "first", "last", "code"),
    [
        (b"MZ", 0, 10, "file_kind_unknown"),
        (PDF + b" " * 2_000_000, 0, 10, "file_too_large"),
        (PDF, 10, 5, "days_backwards"),
        (PDF, -10, -1, "paper_expired"),
    ],
)
def test_what_a_new_paper_may_not_be(
    session: Session, provider: Provider, content: bytes, first: int, last: int, code: str
) -> None:
    sent = (TODAY + timedelta(days=first), TODAY + timedelta(days=last))
    by = {"actor": Actor(None, Role.PROVIDER_OWNER, "x"), "now": NOW}
    refused = send_paper(session, provider.id, PaperKind.INSURANCE, sent, content, **by)  # type: ignore[arg-type]
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_a_new_paper_ends_later_than_the_one_in_force(session: Session, provider: Provider) -> None:
    now_valid = update(ProviderPaper).where(ProviderPaper.kind == "insurance")
    session.execute(now_valid.values(valid=days(date(2024, 1, 1), NEXT_YEAR)))
    by = {"actor": Actor(None, Role.PROVIDER_OWNER, "x"), "now": NOW}
    for last, is_refused in ((NEXT_YEAR, True), (NEXT_YEAR + ONE_DAY, False), (None, False)):
        sent = send_paper(session, provider.id, PaperKind.INSURANCE, (TODAY, last), PDF, **by)  # type: ignore[arg-type]
        assert (sent == Refusal("paper_not_longer", "last_day")) is is_refused


def test_a_newer_file_takes_the_place_of_one_that_waits(
    session: Session, provider: Provider, county: County, owner: Actor, worker: Actor
) -> None:
    first = a_new_paper(session, provider.id, sent_by=owner)
    second = a_new_paper(session, provider.id, sent_by=owner)
    assert (state(session, first), state(session, second)) == ("withdrawn", "waiting")
    assert decide(session, county, first, worker) == "renewal_not_waiting"
    assert withdraw_paper(session, provider.id, second, actor=owner, now=NOW) is None
    assert withdraw_paper(session, provider.id, second, actor=owner, now=NOW) is not None


def test_nobody_decides_on_an_own_paper_nor_a_county_that_does_not_know_the_provider(
    session: Session, provider: Provider, county: County, owner: Actor
) -> None:
    key = a_new_paper(session, provider.id, sent_by=owner)
    assert decide(session, county, key, owner) == "own_paper"
    other = a_county(session, "13")
    stranger = a_person(session, Role.WORKER, county_id=other.id)
    assert decide(session, other, key, stranger) == "renewal_not_waiting"
    assert state(session, key) == "waiting"


@pytest.mark.parametrize(
    ("reasons", "rest"), [("papers", None), ("papers disputed", "disputed"), ("disputed", "disputed")]
)
def test_the_warning_about_papers_ends_at_once(
    session: Session,
    provider: Provider,
    county: County,
    owner: Actor,
    worker: Actor,
    reasons: str,
    rest: str | None,
) -> None:
    figures = {"reasons": reasons, "papers_end": ENDED.isoformat()}
    shared = {"county_id": county.id, "provider_id": provider.id, "rule": "provider_at_risk"}
    days_of = {"first_day": TODAY, "judged_on": TODAY, "opened_on": TODAY, "weeks": 1}
    session.add(Alert(**shared, **days_of, figures=figures, is_uncertain=False))
    session.flush()
    key = a_new_paper(session, provider.id, days=(TODAY, NEXT_YEAR), sent_by=owner)
    assert decide(session, county, key, worker) is None
    still_open = session.scalars(select(Alert.figures).where(Alert.closed_on.is_(None))).all()
    assert [each["reasons"] for each in still_open] == ([rest] if rest else [])


def test_a_short_paper_leaves_the_warning(
    session: Session, provider: Provider, county: County, owner: Actor, worker: Actor
) -> None:
    days_of = {"first_day": TODAY, "judged_on": TODAY, "opened_on": TODAY, "weeks": 1}
    shared = {"county_id": county.id, "provider_id": provider.id, "rule": "provider_at_risk"}
    session.add(Alert(**shared, **days_of, figures={"reasons": "papers"}, is_uncertain=False))
    session.flush()
    key = a_new_paper(session, provider.id, days=(TODAY, TODAY + timedelta(days=20)), sent_by=owner)
    assert decide(session, county, key, worker) is None
    assert session.scalars(select(Alert.closed_on)).one() is None


@pytest.mark.parametrize("statement", ["state = 'waiting', decided_at = NULL", "content = 'x', size = 1"])
def test_what_was_sent_and_decided_never_changes(
    session: Session, provider: Provider, owner: Actor, statement: str
) -> None:
    key = a_new_paper(session, provider.id, sent_by=owner)
    assert withdraw_paper(session, provider.id, key, actor=owner, now=NOW) is None
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(text(f"UPDATE paper_renewal SET {statement}"))


def test_the_file_of_one_that_waits_cannot_be_exchanged(
    session: Session, provider: Provider, owner: Actor
) -> None:
    a_new_paper(session, provider.id, sent_by=owner)
    with pytest.raises(DBAPIError, match="append-only"), session.begin_nested():
        session.execute(update(PaperRenewal).values(content=b"y", size=1))


def test_only_one_of_a_kind_waits(session: Session, provider: Provider, owner: Actor) -> None:
    a_new_paper(session, provider.id, sent_by=owner)
    columns = "provider_id, kind, first_day, media_type, size, content, sent_at, state, why"
    copied = f"INSERT INTO paper_renewal ({columns}) SELECT {columns} FROM paper_renewal"
    with pytest.raises(DBAPIError, match="uq_paper_renewal_waiting"), session.begin_nested():
        session.execute(text(copied))


def test_the_first_paper_of_a_kind_needs_no_earlier_one(
    session: Session, provider: Provider, county: County, owner: Actor, worker: Actor
) -> None:
    session.execute(delete(ProviderPaper).where(ProviderPaper.kind == "insurance"))
    key = a_new_paper(session, provider.id, days=(TODAY, NEXT_YEAR), sent_by=owner)
    assert decide(session, county, key, worker) is None
    assert lacks(session, provider) == ()
