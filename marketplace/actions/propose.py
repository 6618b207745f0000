"""Propose offerings to a client, withdraw a proposal, and answer one. The client's choice accepts one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.fundings import client_of_funding
from marketplace.load.invitations import emails_of_client
from marketplace.load.mandates import may_choose, may_propose
from marketplace.load.offerings import offerings_by_id
from marketplace.load.proposals import MyProposal, proposal_by_id
from marketplace.rules.mandate_mails import ANSWERED, PROPOSED
from marketplace.rules.proposing import LONGEST_WORDS, ProposedPlan, why_not_proposed
from marketplace.rules.refusals import MANDATE_MISSING, PROPOSAL_NOT_OPEN
from marketplace.write.proposals import store_proposal, store_refusal, store_withdrawal


def propose(
    session: Session, *, funding_id: int, plans: Sequence[ProposedPlan], why: str, actor: Actor, now: datetime
) -> int | Refusal:
    """Propose offerings for a funding and return the proposal's id. Nothing is chosen, no money is held.

    Refused with `mandate_missing`, `offering_unknown` and the codes of `why_not_proposed`.
    """
    day, client = helsinki_day(now), client_of_funding(session, funding_id)
    if actor.person_id is None or not may_propose(session, actor, client.id, day, funding_id):
        return MANDATE_MISSING
    funding = fundings(session, [funding_id], lock=False)[funding_id]
    entries = offerings_by_id(session, [plan.offering_id for plan in plans])
    refusal = why_not_proposed(plans, [entry.facts for entry in entries.values()], funding, why, day)
    if refusal is not None:
        return refusal
    proposal_id = store_proposal(
        session,
        client=(client.id, client.county_id),
        funding_id=funding_id,
        plans=plans,
        why=why,
        made_by=actor.person_id,
        now=now,
    )
    for email in emails_of_client(session, client.id, day):
        leave_mail(session, f"proposed:{proposal_id}:{email}", to=email, **PROPOSED._asdict(), now=now)
    proposal = proposal_by_id(session, proposal_id, day)
    assert proposal is not None
    detail = {"voucher": funding.voucher, "offerings": [plan.offering_id for plan in plans]}
    _record(session, proposal, "proposal.make", detail, actor, now)
    return proposal_id


def decline_proposal(
    session: Session, *, proposal_id: int, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Decline a proposal, with or without a word; as the client, or with a mandate to choose.

    Refused with `mandate_missing`, `proposal_not_open`.
    """
    day = helsinki_day(now)
    proposal = proposal_by_id(session, proposal_id, day, lock=True)
    if proposal is None or not may_choose(session, actor, proposal.client_id, day, proposal.funding_id):
        return MANDATE_MISSING
    if not proposal.is_open:
        return PROPOSAL_NOT_OPEN
    store_refusal(session, proposal_id, why[:LONGEST_WORDS], actor.person_id, now)
    if proposal.proposer_email is not None:
        key = f"proposal_answered:{proposal_id}"
        leave_mail(session, key, to=proposal.proposer_email, **ANSWERED._asdict(), now=now)
    _record(session, proposal, "proposal.decline", {}, actor, now)
    return None


def withdraw_proposal(session: Session, *, proposal_id: int, actor: Actor, now: datetime) -> Refusal | None:
    """Withdraw a proposal that one has made. Refused with `mandate_missing`, `proposal_not_open`."""
    day = helsinki_day(now)
    proposal = proposal_by_id(session, proposal_id, day, lock=True)
    if proposal is None or proposal.made_by != actor.person_id:
        return MANDATE_MISSING
    if not may_propose(session, actor, proposal.client_id, day, proposal.funding_id):
        return MANDATE_MISSING
    if not proposal.is_open:
        return PROPOSAL_NOT_OPEN
    store_withdrawal(session, proposal_id, actor.person_id, now)
    _record(session, proposal, "proposal.withdraw", {}, actor, now)
    return None


def _record(
    session: Session, proposal: MyProposal, act: str, detail: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("proposal", proposal.id),
        county_id=proposal.county_id,
        client_id=proposal.client_id,
        detail=detail,
    )
