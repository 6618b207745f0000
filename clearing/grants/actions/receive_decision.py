"""Grant what a decision says: once, however often it arrives; a changed document is a new version."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.facts.decision import DecisionDocument
from clearing.grants.facts.granting import GrantFacts
from clearing.grants.load.decisions import load_grant_facts
from clearing.grants.rules.grant_plan import Grant, changed_document, plan_grant
from clearing.grants.rules.granting import wrong_fields
from clearing.grants.write.grants import store_grants
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

RandomBits = Callable[[int], int]
"""Returns a random number of so many bits; a seeded world passes a seeded one."""


@dataclass(frozen=True, slots=True)
class DecisionReceived:
    """The vouchers by external id. `stored`: whether the document changed anything."""

    version: int
    vouchers: Mapping[str, str]
    stored: bool


DECISION_REFUSED = "decision_refused"
Answer = DecisionReceived | Refusal
"""A refusal has the code `decision_refused`; its reasons are the fields of the document that are wrong."""


def receive_decision(
    session: Session,
    document: DecisionDocument,
    *,
    actor: Actor,
    now: datetime,
    random_bits: RandomBits = secrets.randbits,
) -> Answer:
    """Receive one decision."""
    return receive_decisions(session, [document], actor=actor, now=now, random_bits=random_bits)[0]


def faults_of_decision(
    session: Session, document: DecisionDocument, *, actor: Actor, now: datetime
) -> tuple[Refusal, ...]:
    """Return every field of the document that is wrong; nothing is granted."""
    (facts,) = load_grant_facts(session, [document], actor=actor, now=now)
    return wrong_fields(document, facts)


def receive_decisions(
    session: Session,
    documents: Sequence[DecisionDocument],
    *,
    actor: Actor,
    now: datetime,
    random_bits: RandomBits = secrets.randbits,
) -> list[Answer]:
    """Receive many decisions, each on its own: a refused one does not stop the others.

    A number that is given twice is received in order, the later document as a change of the earlier.
    """
    answers: list[Answer] = []
    for batch in _without_repeats(documents):
        answers += _receive_batch(session, batch, actor, now, random_bits)
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


def _receive_batch(
    session: Session,
    documents: Sequence[DecisionDocument],
    actor: Actor,
    now: datetime,
    random_bits: RandomBits,
) -> list[Answer]:
    grants: list[Grant] = []
    answers: list[Answer] = []
    for document, facts in zip(
        documents, load_grant_facts(session, documents, actor=actor, now=now), strict=True
    ):
        answers.append(_decide(document, facts, random_bits, grants))
    store_grants(session, grants, actor=actor, now=now)
    return answers


def _decide(
    document: DecisionDocument, facts: GrantFacts, random_bits: RandomBits, grants: list[Grant]
) -> Answer:
    """Return the answer to one document; what it grants is added to `grants`."""
    in_force = _vouchers(facts)
    kept = changed_document(document, facts)
    if kept is None and facts.in_force:
        return DecisionReceived(facts.in_force.version, in_force, stored=False)
    if faults := wrong_fields(document, facts):
        return Refusal(DECISION_REFUSED, reasons=faults)
    assert kept is not None
    grant = plan_grant(document, facts, kept, random_bits)
    grants.append(grant)
    granted = {funding.decided.external_id: funding.voucher for funding in grant.fundings}
    return DecisionReceived(grant.version, in_force | granted, stored=True)


def _vouchers(facts: GrantFacts) -> dict[str, str]:
    fundings = facts.in_force.fundings if facts.in_force else {}
    return {key: funding.voucher for key, funding in fundings.items()}
