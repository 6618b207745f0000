"""Match incoming payments with claims on providers, by the reference that the claim's invoice carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.payments.actions.follow_claim import close_claim
from clearing.payments.load.claims import awaited_claims, locked_claim
from clearing.payments.rules.answers import Answer
from clearing.payments.rules.claims import AwaitedClaim, judge_credit
from clearing.payments.rules.verdicts import Mismatch, Verdict
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


@dataclass(slots=True)
class ClaimMatches:
    """What the incoming payments of a file did to claims. `answers`: all that carried a claim's reference."""

    paid: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    listed: list[tuple[Answer, Mismatch]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def match_claims(
    session: Session, incoming: Sequence[Answer], *, actor: Actor, now: datetime
) -> ClaimMatches:
    """Mark each claim as paid of which exactly its sum came; list what a person must look at.

    A payment that is reported again, in this file or another, changes nothing.
    """
    matches = ClaimMatches()
    references = {credit.creditor_reference for credit in incoming}
    if not references:
        return matches
    claims = awaited_claims(session, references, county_id=actor.county_id)
    for credit in incoming:
        claim = claims.get(credit.creditor_reference)
        if claim is None:
            continue
        matches.answers.append(credit)
        claims[claim.reference] = _match(session, matches, claim, credit, actor, now)
    return matches


def _match(
    session: Session, matches: ClaimMatches, claim: AwaitedClaim, credit: Answer, actor: Actor, now: datetime
) -> AwaitedClaim:
    """Let one incoming payment change its claim, or list it; return the claim as it is then."""
    verdict = judge_credit(claim, credit, helsinki_day(now))
    if verdict is Verdict.CONFIRM:
        reference = credit.bank_reference or credit.entry_reference
        if _is_paid(session, claim, credit, reference, actor, now):
            matches.paid.append(claim.id)
            return replace(claim, paid_reference=reference)
        verdict = Mismatch.CLAIM_UNCLEAR
    if isinstance(verdict, Mismatch):
        matches.listed.append((replace(credit, identifier=claim.reference), verdict))
    else:
        matches.known.append(claim.id)
    return claim


def _is_paid(
    session: Session, claim: AwaitedClaim, credit: Answer, reference: str, actor: Actor, now: datetime
) -> bool:
    """Mark the claim as paid; not if the bank's reference has paid another one, or nobody is acting."""
    if actor.person_id is None or credit.day is None:
        return False
    locked = locked_claim(session, claim.id)
    assert locked is not None
    done = close_claim(session, locked, paid_on=credit.day, reference=reference, actor=actor, now=now)
    failpoint("claims.ingest.after_claim")
    return not isinstance(done, Refusal)
