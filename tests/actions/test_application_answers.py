"""Tasks, papers and links of an application, and what the database refuses by itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from foundation.database.tables.counties import County
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.provider_applications import ApplicationPaper, ProviderApplication
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from marketplace.actions.apply_as_provider import attach_paper, submit_application
from marketplace.actions.start_application import mail_links, start_application
from tests.builders import NOW, TODAY, a_county
from tests.builders.application import ADDRESS, APPLICANT, PDF, an_application

DAYS = (TODAY, None)


@pytest.fixture
def county(session: Session) -> County:
    """A county with a catalogue."""
    return a_county(session)


def codes(outcome: object) -> list[str]:
    assert isinstance(outcome, Refusal)
    return [f"{reason.field}:{reason.code}" for reason in outcome.reasons]


def mails(session: Session) -> list[str]:
    return [body["text"] for body in session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id))]


def test_open_tasks_and_papers_that_have_ended_are_named(session: Session, county: County) -> None:
    start_application(session, county.id, "helmi@example.fi", Language.FI, address=ADDRESS, now=NOW)
    empty = session.scalars(select(ProviderApplication.id)).one()
    tasks = ["company", "contact", "services", "register_entry", "insurance", "prepayment_register"]
    refused = submit_application(session, empty, actor=APPLICANT, now=NOW)
    assert codes(refused) == [f"{task}:task_open" for task in tasks]
    key = an_application(session, county.id, email="muu@example.fi", is_sent=False)
    insurance = ApplicationPaper.kind == "insurance"
    session.execute(update(ApplicationPaper).where(insurance).values(last_day=TODAY - timedelta(days=1)))
    assert codes(submit_application(session, key, actor=APPLICANT, now=NOW)) == ["insurance:paper_expired"]


@pytest.mark.parametrize(
    ("content", "days", "code"),
    [
        (b"MZ" + PDF, DAYS, "file_kind_unknown"),
        (b"<html>%PDF-</html>", DAYS, "file_kind_unknown"),
        (PDF.replace(b"%%EOF", b""), DAYS, "file_kind_unknown"),
        (PDF + b" " * 2_000_000 + PDF, DAYS, "file_too_large"),
        (PDF, (TODAY, TODAY - timedelta(days=1)), "days_backwards"),
        (PDF, (date(2020, 1, 1), date(2020, 12, 31)), "paper_expired"),
    ],
)
def test_a_file_is_what_its_content_is(
    session: Session, county: County, content: bytes, days: tuple[date, date | None], code: str
) -> None:
    key = an_application(session, county.id, is_sent=False)
    refused = attach_paper(session, key, PaperKind.INSURANCE, days, content, now=NOW)
    assert isinstance(refused, Refusal)
    assert refused.code == code


def test_links_are_new_each_time_and_mailed_every_five_minutes_at_most(
    session: Session, county: County
) -> None:
    start = (session, county.id, " Helmi@example.fi", Language.FI)
    start_application(*start, address=ADDRESS, now=NOW)
    start_application(*start, address=ADDRESS, now=NOW)
    assert len(mails(session)) == 1
    digest = session.scalars(select(ProviderApplication.code_sha256)).one()
    later = NOW + timedelta(minutes=6)
    mail_links(session, "helmi@example.fi", address=ADDRESS, now=later)
    mail_links(session, "nobody@example.fi", address=ADDRESS, now=later)
    assert len(mails(session)) == 2
    session.expire_all()
    assert session.scalars(select(ProviderApplication.code_sha256)).one() != digest


@pytest.mark.parametrize(
    ("change", "refused_by"),
    [
        ("provider_application SET phone = ''", "ck_provider_application_complete"),
        ("provider_application SET business_id = 'x'", "ck_provider_application_business_id"),
        ("provider_application SET state = 'more_needed'", "ck_provider_application_question"),
        (
            "provider_application SET code_sha256 = NULL, link_expires_at = NULL",
            "ck_provider_application_applicant",
        ),
        ("application_service SET state = 'approved'", "ck_application_service_decided"),
        (
            "application_service SET last_day = '2026-01-01', first_day = '2026-01-02'",
            "ck_application_service",
        ),
        ("application_paper SET media_type = 'text/html'", "ck_application_paper_media_type"),
        ("application_paper SET size = 1", "ck_application_paper_size"),
        ("application_paper SET last_day = first_day - 1", "ck_application_paper_days"),
    ],
)
def test_the_database_refuses_wrong_rows(
    session: Session, county: County, change: str, refused_by: str
) -> None:
    an_application(session, county.id)
    with pytest.raises(IntegrityError, match=refused_by), session.begin_nested():
        session.execute(text(f"UPDATE {change}"))
