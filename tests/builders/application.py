"""Applications of companies, filled in to the task that a test is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from foundation.database.tables.provider_applications import ProviderApplication
from foundation.vocabulary.languages import Language
from foundation.vocabulary.roles import Actor
from marketplace.actions.apply_as_provider import (
    attach_paper,
    save_answers,
    save_services,
    submit_application,
)
from marketplace.actions.start_application import start_application
from tests.builders.county import NOW

APPLICANT = Actor(None, None, "Helmi Hakija")
ADDRESS = "http://localhost"
PDF = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n"
COMPANY = {
    "business_id": "2345678-0",
    "company_name": "Hoiva Helmi Oy",
    "about": "Apua kotiin.",
    "website": "",
}
CONTACT = {"contact_name": "Helmi Hakija", "phone": "040 123 4567"}


def an_application(
    session: Session,
    county_id: int,
    *,
    email: str = "helmi@example.fi",
    services: Sequence[str] = ("PERSONAL_ASSISTANCE",),
    municipalities: Sequence[str] = (),
    is_sent: bool = True,
) -> int:
    """Store an application with every task done, and send it; return its id."""
    start_application(session, county_id, email, Language.FI, address=ADDRESS, now=NOW)
    newest = select(ProviderApplication.id).where(ProviderApplication.email == email)
    key = session.scalars(newest.order_by(ProviderApplication.id.desc())).first()
    assert key is not None
    for answers in (COMPANY, CONTACT):
        assert save_answers(session, key, answers, now=NOW) is None
    assert save_services(session, key, services, municipalities, now=NOW) is None
    for kind in PaperKind:
        days = (date(2026, 1, 1), date(2027, 12, 31))
        assert attach_paper(session, key, kind, days, PDF, now=NOW) is None
    if is_sent:
        assert submit_application(session, key, actor=APPLICANT, now=NOW) is None
    return key
