"""A provider is mailed before a paper ends, a week before, and when it has ended; each once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from clearing.upkeep.actions.remind_of_papers import remind_of_papers
from foundation.database.columns import days
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.providers import ApprovalState, Provider, ProviderPaper
from foundation.vocabulary.roles import Role
from tests.builders import NOW, TODAY, a_county, a_person, a_provider

ADDRESS = "https://omatori.example.fi"
FIRST = date(2024, 1, 1)


@pytest.fixture
def provider(session: Session) -> Provider:
    """An approved provider with an owner, whose papers have no end."""
    found = a_provider(session, a_county(session))
    a_person(session, Role.PROVIDER_OWNER, provider_id=found.id)
    return found


def insurance_until(session: Session, last_day: date) -> None:
    own = update(ProviderPaper).where(ProviderPaper.kind == "insurance")
    session.execute(own.values(valid=days(FIRST, last_day)))


def mailed(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(select(OutboxMessage.key, OutboxMessage.body).order_by(OutboxMessage.id))
    return [(key.split(":")[0], body["to"]) for key, body in rows]


def remind(session: Session, on: date = TODAY) -> int:
    return remind_of_papers(session, address=ADDRESS, now=NOW + (on - TODAY))


@pytest.mark.parametrize(
    ("left", "stage"), [(31, None), (30, "month"), (8, "month"), (7, "week"), (0, "week"), (-1, "ended")]
)
def test_the_stage_of_a_reminder(session: Session, provider: Provider, left: int, stage: str | None) -> None:
    insurance_until(session, TODAY + timedelta(days=left))
    assert remind(session) == (0 if stage is None else 1)
    assert {key for key, _ in mailed(session)} == ({f"paper_{stage}"} if stage else set())


def test_each_is_mailed_once_to_the_company_and_its_owners(session: Session, provider: Provider) -> None:
    insurance_until(session, TODAY + timedelta(days=20))
    for on in (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=14), TODAY + timedelta(days=21)):
        remind(session, on)
    stages = [key for key, _ in mailed(session)]
    assert sorted(set(stages)) == ["paper_ended", "paper_month", "paper_week"]
    assert len(stages) == 6
    assert provider.email in {to for _, to in mailed(session)}


def test_a_newer_paper_or_an_ended_approval_stops_the_reminders(session: Session, provider: Provider) -> None:
    insurance_until(session, TODAY + timedelta(days=5))
    newer = ProviderPaper(provider_id=provider.id, kind="insurance", valid=days(TODAY, date(2030, 1, 1)))
    session.add(newer)
    session.flush()
    assert remind(session) == 0
    session.delete(newer)
    session.execute(update(ApprovalState).values(state="ended"))
    assert remind(session) == 0
