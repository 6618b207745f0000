"""Mail the auditors: an alarm when the books do not agree, and each night's anchor to keep elsewhere."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.gateways.mail_texts import PAYMENTS_STOPPED_TEXT, anchor_text, books_differ_text
from clearing.ledger.write.outbox import leave_mail
from clearing.upkeep.actions.verify_books import BooksReport
from clearing.upkeep.load.settling_people import addresses_of_settling_people
from foundation.vocabulary.dates import helsinki_day


def mail_alarm(session: Session, report: BooksReport, *, to: str, now: datetime) -> None:
    """Leave a mail that names the first difference, if there is one; one a day."""
    if report.agrees:
        return
    first = report.differences[0]
    text = books_differ_text(f"{first.check} {first.name}", len(report.differences))
    subject = "Omatori: kirjanpito ei täsmää / bokföringen stämmer inte"
    leave_mail(session, f"books_differ:{now.date().isoformat()}", to=to, subject=subject, text=text, now=now)


def mail_counties(session: Session, report: BooksReport, *, now: datetime) -> None:
    """Leave a mail to each person who settles that payments are stopped, one a day, if they are."""
    if report.agrees:
        return
    day = now.date().isoformat()
    subject = "Omatori: maksut on pysäytetty / betalningarna har stoppats"
    for address in addresses_of_settling_people(session, helsinki_day(now)):
        key = f"payments_stopped:{day}:{address}"
        leave_mail(session, key, to=address, subject=subject, text=PAYMENTS_STOPPED_TEXT, now=now)


def mail_anchor(session: Session, anchor: str | None, *, to: str, now: datetime) -> None:
    """Leave a mail with a new value of the audit chain, to be kept outside."""
    if anchor is not None:
        subject = "Omatori: lokiketjun arvo / loggkedjans värde"
        leave_mail(
            session, f"audit_anchor:{anchor}", to=to, subject=subject, text=anchor_text(anchor), now=now
        )


def mail_check(
    session: Session, report: BooksReport, anchor: str | None, *, to: str | None, now: datetime
) -> None:
    """Leave the mails after a check: to the counties' people who settle, and to the auditors' address."""
    mail_counties(session, report, now=now)
    if to:
        mail_alarm(session, report, to=to, now=now)
        mail_anchor(session, anchor, to=to, now=now)
