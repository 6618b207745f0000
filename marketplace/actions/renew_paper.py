"""A provider's owner sends a new paper; a county that knows the provider accepts or rejects it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.facts.provider import Paper
from clearing.eligibility.load.owners import emails_of_owners
from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from clearing.upkeep.actions.end_paper_warnings import end_paper_warnings
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.renewals import paper_statuses, renewal_of_county, renewal_of_provider
from marketplace.rules.attachments import media_type_of, why_not_attached
from marketplace.rules.registering import RegisterPaper
from marketplace.rules.renewal_mails import verdict_mail
from marketplace.rules.renewing import (
    OWN_PAPER,
    RENEWAL_NOT_WAITING,
    Renewal,
    RenewalState,
    fault_of_verdict,
    why_not_renewed,
)
from marketplace.write.register import store_papers
from marketplace.write.renewals import lock_papers, store_renewal, store_verdict_on, withdraw_waiting


def send_paper(
    session: Session,
    provider_id: int,
    kind: PaperKind,
    days: tuple[date, date | None],
    content: bytes,
    *,
    actor: Actor,
    now: datetime,
) -> int | Refusal:
    """Send a new paper to the counties; return its id. One of the kind that waits is withdrawn.

    Refused with what `why_not_attached` returns, and with `paper_not_longer` if it ends before what the
    provider has.
    """
    today = helsinki_day(now)
    if fault := why_not_attached(content, days, today):
        return fault
    lock_papers(session, provider_id)
    (status,) = [each for each in paper_statuses(session, provider_id, today=today) if each.kind is kind]
    paper = Paper(kind, *days)
    if fault := why_not_renewed(paper, status.until, status.paper is not None):
        return fault
    withdraw_waiting(session, provider_id, kind.value, now)
    media_type = media_type_of(content) or ""
    renewal_id = store_renewal(session, provider_id, paper, media_type, content, actor=actor, now=now)
    _record(session, "paper.send", provider_id, renewal_id, kind, actor, now)
    return renewal_id


def withdraw_paper(
    session: Session, provider_id: int, renewal_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Withdraw a new paper that waits. Refused with `renewal_not_waiting`."""
    found = renewal_of_provider(session, provider_id, renewal_id, lock=True)
    if found is None or found.state is not RenewalState.WAITING:
        return RENEWAL_NOT_WAITING
    withdraw_waiting(session, provider_id, found.kind.value, now)
    _record(session, "paper.withdraw", provider_id, renewal_id, found.kind, actor, now)
    return None


def decide_paper(
    session: Session,
    county_id: int,
    renewal_id: int,
    *,
    is_accepted: bool,
    why: str,
    actor: Actor,
    now: datetime,
    address: str,
) -> Refusal | None:
    """Accept or reject a new paper, and mail the provider's owners.

    An accepted one is in the register with its days, beside the earlier ones, and counts for every county.
    The county's warning that the papers end is closed.
    Refused with `renewal_not_waiting`, `own_paper`, and what `fault_of_verdict` returns.
    """
    found = renewal_of_county(session, county_id, renewal_id, lock=True)
    if found is None or found.state is not RenewalState.WAITING:
        return RENEWAL_NOT_WAITING
    if found.sent_by is not None and found.sent_by == actor.person_id:
        return OWN_PAPER
    why = why.strip()
    if fault := fault_of_verdict(is_accepted, why):
        return fault
    state = RenewalState.ACCEPTED if is_accepted else RenewalState.REJECTED
    store_verdict_on(session, found, state, why, county_id, actor=actor, now=now)
    if is_accepted:
        _enter(session, found, county_id, now)
    _mail_owners(session, found, is_accepted, why, address, now)
    act = "paper.accept" if is_accepted else "paper.reject"
    _record(session, act, found.provider_id, found.id, found.kind, actor, now, county_id, why)
    return None


def _enter(session: Session, found: Renewal, county_id: int, now: datetime) -> None:
    store_papers(session, found.provider_id, [RegisterPaper(found.kind, found.first_day, found.last_day)])
    end_paper_warnings(session, found.provider_id, county_id, helsinki_day(now))


def _mail_owners(
    session: Session, found: Renewal, is_accepted: bool, why: str, address: str, now: datetime
) -> None:
    days = (found.first_day, found.last_day)
    subject, text = verdict_mail(found.kind, days, why, address, is_accepted=is_accepted)
    for email in emails_of_owners(session, found.provider_id, helsinki_day(now)):
        leave_mail(
            session, f"paper_verdict:{found.id}:{email}", to=email, subject=subject, text=text, now=now
        )


def _record(
    session: Session,
    act: str,
    provider_id: int,
    renewal_id: int,
    kind: PaperKind,
    actor: Actor,
    now: datetime,
    county_id: int | None = None,
    why: str = "",
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("provider", provider_id),
        county_id=county_id,
        why=why,
        detail={"renewal": renewal_id, "kind": kind.value},
    )
