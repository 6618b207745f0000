"""Grant what a decision says: once, however often it arrives; a changed document is a new version."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.actions.change_funding_state import change_funding_state
from clearing.grants.actions.count_units import count_units
from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.granting import GrantFacts
from clearing.grants.facts.kinds import FundingState
from clearing.grants.load.decisions import load_grant_facts
from clearing.grants.rules.grant_plan import Grant, changed_document, plan_grant
from clearing.grants.rules.grant_warnings import Overlap, added_money, over_appropriation, overlaps
from clearing.grants.rules.granting import wrong_fields
from clearing.grants.rules.renewed_hashes import has_earlier_hash
from clearing.grants.rules.replacing import first_day_of, left_out
from clearing.grants.write.funding_states import mark_replaced
from clearing.grants.write.granted_clients import rehash_client
from clearing.grants.write.grants import store_grants
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal, not_refused
from foundation.vocabulary.roles import Actor

RandomBits = Callable[[int], int]
"""Returns a random number of so many bits; a seeded world passes a seeded one."""


@dataclass(frozen=True, slots=True)
class DecisionReceived:
    """What was granted.

    Attributes:
        vouchers: The vouchers of the decision by external id.
        stored: Whether the document changed anything.
        overlaps: The client's other fundings for the same services on the same days.
        left_out: Open fundings of the decision that the document leaves out, by external id.
        replaced: The vouchers that the decision has closed.
    """

    version: int
    vouchers: Mapping[str, str]
    stored: bool
    overlaps: tuple[Overlap, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    replaced: tuple[str, ...] = ()


DECISION_REFUSED = "decision_refused"
REPLACED = "Korvattu / Ersatt / Replaced: {number}"
"""Why a replaced funding is closed: stored once, and read in every language."""
Answer = DecisionReceived | Refusal
"""A refusal has the code `decision_refused`; its reasons are the fields of the document that are wrong.

`over_appropriation` alone is a warning: the decision is granted if its sender acknowledges that code.
"""


def receive_decision(
    session: Session,
    document: DecisionDocument,
    *,
    actor: Actor,
    now: datetime,
    random_bits: RandomBits = secrets.randbits,
    acknowledged: Collection[str] = (),
) -> Answer:
    """Receive one decision."""
    options = _Options(actor, now, random_bits, acknowledged)
    return _receive_batch(session, [document], options)[0]


def faults_of_decision(
    session: Session, document: DecisionDocument, *, actor: Actor, now: datetime
) -> tuple[Refusal, ...]:
    """Return every field of the document that is wrong; nothing is granted."""
    (facts,) = load_grant_facts(session, [document], actor=actor, now=now)
    return wrong_fields(document, facts)


def overlaps_of(
    session: Session, document: DecisionDocument, *, actor: Actor, now: datetime
) -> tuple[Overlap, ...]:
    """Return the client's other fundings that the decision would overlap; nothing is granted."""
    (facts,) = load_grant_facts(session, [document], actor=actor, now=now)
    return tuple(overlaps(document, facts))


def receive_decisions(
    session: Session,
    documents: Sequence[DecisionDocument],
    *,
    actor: Actor,
    now: datetime,
    random_bits: RandomBits = secrets.randbits,
    acknowledged: Collection[str] = (),
) -> list[Answer]:
    """Receive many decisions, each on its own: a refused one does not stop the others.

    A number that is given twice is received in order, the later document as a change of the earlier.

    Args:
        acknowledged: Codes of warnings that a person has read and grants nevertheless.
    """
    options = _Options(actor, now, random_bits, acknowledged)
    answers: list[Answer] = []
    for batch in _without_repeats(documents):
        answers += _receive_batch(session, batch, options)
    return answers


def _without_repeats(documents: Iterable[DecisionDocument]) -> Iterable[list[DecisionDocument]]:
    """Yield runs of documents in which no decision is given twice."""
    batch: list[DecisionDocument] = []
    numbers: set[tuple[str, str]] = set()
    for document in documents:
        if (document.county, document.number) in numbers:
            yield batch
            batch, numbers = [], set()
        batch.append(document)
        numbers.add((document.county, document.number))
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Options:
    """Who grants, when and how."""

    actor: Actor
    now: datetime
    random_bits: RandomBits
    acknowledged: Collection[str]


def _receive_batch(
    session: Session, documents: Sequence[DecisionDocument], options: _Options
) -> list[Answer]:
    actor, now = options.actor, options.now
    grants: list[Grant] = []
    answers: list[Answer] = []
    for document, facts in zip(
        documents, load_grant_facts(session, documents, actor=actor, now=now), strict=True
    ):
        answers.append(_decide(document, facts, options, grants))
        if facts.in_force and has_earlier_hash(facts.in_force.document, document.client):
            rehash_client(session, facts.county_id, document.client)
    store_grants(session, grants, actor=actor, now=now)
    count_units(session, grants, now=now)
    for grant in grants:
        _close_replaced(session, grant, options)
    return answers


def _close_replaced(session: Session, grant: Grant, options: _Options) -> None:
    """Close what the decision replaces from its first day on; its free money goes back that night."""
    number, from_day = grant.document.number, first_day_of(grant.document)
    mark_replaced(session, [other.id for other in grant.replaced], by=number)
    for other in grant.replaced:
        closed = change_funding_state(
            session,
            other.id,
            state=FundingState.CLOSED,
            from_day=from_day,
            why=REPLACED.format(number=number),
            actor=options.actor,
            now=options.now,
        )
        not_refused(closed)


def _decide(document: DecisionDocument, facts: GrantFacts, options: _Options, grants: list[Grant]) -> Answer:
    """Return the answer to one document; what it grants is added to `grants`."""
    in_force = _vouchers(facts)
    beside, left = tuple(overlaps(document, facts)), left_out(document, facts)
    kept = changed_document(document, facts)
    if kept is None and facts.in_force:
        return DecisionReceived(facts.in_force.version, in_force, False, beside, left)
    if faults := wrong_fields(document, facts):
        return Refusal(DECISION_REFUSED, reasons=faults)
    assert kept is not None
    grant = plan_grant(document, facts, kept, options.random_bits)
    warning = over_appropriation(grant, granted_cents=_taken(grants, grant))
    if warning is not None:
        if warning.code not in options.acknowledged:
            return Refusal(DECISION_REFUSED, reasons=(warning,))
        grant = replace(grant, acknowledged=(warning,))
    grants.append(grant)
    granted = {funding.decided.external_id: funding.voucher for funding in grant.fundings}
    replaced = tuple(other.voucher for other in grant.replaced)
    return DecisionReceived(grant.version, in_force | granted, True, beside, left, replaced)


def _taken(grants: Iterable[Grant], grant: Grant) -> Money:
    """Return what the earlier grants of the batch take of the cost centre of this one."""
    centre = (grant.facts.county_id, grant.document.cost_centre)
    earlier = (other for other in grants if (other.facts.county_id, other.document.cost_centre) == centre)
    return Money(sum(added_money(other) for other in earlier))


def _vouchers(facts: GrantFacts) -> dict[str, str]:
    fundings = facts.in_force.fundings if facts.in_force else {}
    return {key: funding.voucher for key, funding in fundings.items()}
