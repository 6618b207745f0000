"""New papers of providers."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from foundation.vocabulary.refusals import not_refused
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.renew_paper import send_paper
from tests.builders.application import PDF
from tests.builders.county import NOW

A_YEAR = (date(2027, 1, 1), date(2027, 12, 31))
OWNER = Actor(None, Role.PROVIDER_OWNER, "Olli Omistaja")


def a_new_paper(
    session: Session,
    provider_id: int,
    kind: PaperKind = PaperKind.INSURANCE,
    days: tuple[date, date | None] = A_YEAR,
    *,
    sent_by: Actor = OWNER,
    now: datetime = NOW,
) -> int:
    """Send a new paper to the counties; return its id."""
    return not_refused(send_paper(session, provider_id, kind, days, PDF, actor=sent_by, now=now))
