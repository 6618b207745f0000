"""A worker, or a provider of its own warning, says whether an early warning was useful."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.upkeep.load.alerts import AlertEntry
from clearing.upkeep.load.provider_alerts import ProviderAlert
from clearing.upkeep.write.alerts import store_verdict
from foundation.vocabulary.roles import Actor


class Verdict(StrEnum):
    """What a worker says of an alert."""

    USEFUL = "useful"
    NOT_USEFUL = "not_useful"


def judge_usefulness(
    session: Session, alert: AlertEntry | ProviderAlert, verdict: Verdict, *, actor: Actor, now: datetime
) -> None:
    """Store the verdict. The alert leaves the list; it stays open until its rule holds no more."""
    store_verdict(session, alert.id, verdict.value, by=actor.person_id, at=now)
    record(
        session,
        actor=actor,
        now=now,
        act="alert.judge",
        subject=("alert", alert.id),
        county_id=alert.county_id,
        client_id=alert.client_id if isinstance(alert, AlertEntry) else None,
    )
