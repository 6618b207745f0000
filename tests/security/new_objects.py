"""Objects around a charge, a client and a choice, for A2: a thread, a request for a time, a card, a visit."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from foundation.database.tables.alerts import Alert
from foundation.database.tables.cards import Card
from foundation.database.tables.choices import Choice
from foundation.database.tables.disputes import Dispute, DisputeEntry
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.look_questions import LookQuestion
from foundation.database.tables.time_requests import TimeRequest
from tests.builders import NOW
from tests.builders.planned_visits import plan_visits

MONDAY = date(2026, 11, 23)


def objects_of_a_client(session: Session, county_id: int, ids: dict[str, int]) -> dict[str, object]:
    """Store one of each kind for the client, charge, choice, offering and provider of these ids."""
    choice = session.get_one(Choice, ids["choice"])
    plan_visits(session, choice, weekdays=(0,), first_day=MONDAY)
    _store_thread(session, county_id, ids)
    today, own = NOW.date(), {"county_id": county_id, "client_id": ids["client"]}
    request = TimeRequest(
        **own,
        offering_id=ids["offering"],
        provider_id=ids["provider_id"],
        asked_at=NOW,
        last_day=today + timedelta(days=9),
    )
    card = Card(**own, reference="0" * 16, first_day=today, last_day=today, issued_at=NOW)
    looked = {**own, "day": today, "looker_name": "Liisa Lukija", "asked_at": NOW}
    of_county = LookQuestion(**looked, looker_id=1, looker_role="worker")
    of_provider = LookQuestion(
        **looked, looker_id=2, looker_role="provider_owner", provider_id=ids["provider_id"]
    )
    feedback = _feedback(own, ids)
    alert = _alert(own, choice)
    session.add_all((request, card, of_county, of_provider, feedback, alert))
    session.flush()
    return {
        "visit": f"{choice.id}-{MONDAY:%Y%m%d}-1",
        "time_request": request.id,
        "card": card.id,
        "feedback": feedback.id,
        "alert": alert.id,
        "county_question": of_county.id,
        "provider_question": of_provider.id,
    }


def _store_thread(session: Session, county_id: int, ids: dict[str, int]) -> None:
    """Store a thread about the charge in which the client has said that nobody came."""
    dispute = Dispute(
        county_id=county_id,
        charge_id=ids["charge"],
        provider_id=ids["provider_id"],
        turn="provider",
        answer_by=NOW.date() + timedelta(days=3),
        claimed_at=NOW,
        entries=1,
    )
    session.add(dispute)
    session.flush()
    entry = DisputeEntry(
        county_id=county_id,
        dispute_id=dispute.id,
        number=1,
        party="client",
        act="claim",
        claim="not_done",
        words="Nobody came",
        written_at=NOW,
    )
    session.add(entry)
    session.flush()


def _alert(own: dict[str, int], choice: Choice) -> Alert:
    """Return an open early warning about the client of a choice."""
    today = NOW.date()
    return Alert(
        **own,
        funding_id=choice.funding_id,
        rule="stopped",
        first_day=today,
        judged_on=today,
        opened_on=today,
        weeks=1,
        figures={"day": today.isoformat(), "choice": choice.id, "gap_days": 3, "days_since": 40},
    )


def _feedback(own: dict[str, int], ids: dict[str, int]) -> Feedback:
    """Return published feedback of the client."""
    return Feedback(
        **own,
        provider_id=ids["provider_id"],
        charge_id=ids["charge"],
        revision=1,
        face="good",
        words="On time",
        state="published",
        given_at=NOW,
        decided_at=NOW,
    )
