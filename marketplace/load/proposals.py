"""Proposals to a client, and the comments of the client's circle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from foundation.database.columns import first_and_last
from foundation.database.tables.grants import Funding
from foundation.database.tables.people import Person
from foundation.database.tables.proposals import Proposal, ProposalComment, ProposedOffering
from foundation.vocabulary.money import Quantity
from marketplace.load.offerings import OfferingEntry, offerings_by_id
from marketplace.rules.proposing import ProposalState, state_of_open
from marketplace.rules.wishes import Wish


@dataclass(frozen=True, slots=True)
class Proposed:
    """One offering of a proposal. `is_public`: it can still be chosen."""

    entry: OfferingEntry
    wish: Wish
    is_public: bool


@dataclass(frozen=True, slots=True)
class MyProposal:
    """A proposal as the client and the helpers see it."""

    id: int
    client_id: int
    county_id: int
    funding_id: int
    made_by: int
    proposer: str
    proposer_email: str | None
    made_at: datetime
    why: str
    state: ProposalState
    answered_at: datetime | None
    decline_why: str
    choice_id: int | None
    offerings: tuple[Proposed, ...]

    @property
    def is_open(self) -> bool:
        """Whether the client can still answer it."""
        return self.state is ProposalState.OPEN


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment. Of a removed one only who wrote it and when is left."""

    id: int
    person_id: int
    name: str
    made_at: datetime
    words: str
    removed_at: datetime | None


def proposals_of_client(session: Session, client_id: int, day: date, *, only_open: bool) -> list[MyProposal]:
    """Return the proposals to a client, the newest first."""
    condition = Proposal.client_id == client_id
    found = _read(session, condition & _unanswered() if only_open else condition, day)
    return [proposal for proposal in found if proposal.is_open or not only_open]


def proposal_by_id(session: Session, proposal_id: int, day: date, *, lock: bool = False) -> MyProposal | None:
    """Return a proposal to any client; the caller checks that the actor may see it."""
    if lock:
        session.execute(select(Proposal.id).where(Proposal.id == proposal_id).with_for_update())
    found = _read(session, Proposal.id == proposal_id, day)
    return found[0] if found else None


def ids_to_accept(session: Session, funding_id: int, offering_id: int) -> list[int]:
    """Return the unanswered proposals of an offering for a funding, and lock them."""
    of_offering = select(ProposedOffering.proposal_id).where(ProposedOffering.offering_id == offering_id)
    query = select(Proposal.id).where(
        Proposal.funding_id == funding_id, Proposal.id.in_(of_offering), _unanswered()
    )
    return list(session.scalars(query.order_by(Proposal.id).with_for_update()))


def comments_of(session: Session, proposal_id: int) -> list[Comment]:
    """Return the comments of a proposal in the order in which they were made."""
    rows = session.execute(
        select(ProposalComment, Person.name)
        .join(Person, Person.id == ProposalComment.person_id)
        .where(ProposalComment.proposal_id == proposal_id)
        .order_by(ProposalComment.id)
        .execution_options(populate_existing=True)
    )
    return [
        Comment(row.id, row.person_id, name, row.made_at, row.words, row.removed_at) for row, name in rows
    ]


def _unanswered() -> ColumnElement[bool]:
    return Proposal.accepted_at.is_(None) & Proposal.declined_at.is_(None) & Proposal.withdrawn_at.is_(None)


def _read(session: Session, condition: ColumnElement[bool], day: date) -> list[MyProposal]:
    rows = session.execute(
        select(Proposal, Person.name, Person.email, Funding.valid)
        .join(Person, Person.id == Proposal.made_by)
        .join(Funding, Funding.id == Proposal.funding_id)
        .where(condition)
        .order_by(Proposal.id.desc())
        .execution_options(populate_existing=True)
    ).all()
    offerings = _offerings(session, [row.id for row, *_ in rows], day)
    return [
        _proposal(row, name, email, first_and_last(valid)[1] or date.max, offerings.get(row.id, ()), day)
        for row, name, email, valid in rows
    ]


def _proposal(
    row: Proposal, name: str, email: str | None, last_day: date, offerings: tuple[Proposed, ...], day: date
) -> MyProposal:
    ends: Mapping[ProposalState, datetime | None] = {
        ProposalState.ACCEPTED: row.accepted_at,
        ProposalState.DECLINED: row.declined_at,
        ProposalState.WITHDRAWN: row.withdrawn_at,
    }
    ended = next(((state, at) for state, at in ends.items() if at is not None), None)
    unanswered = state_of_open([each.entry.facts for each in offerings], last_day, day)
    return MyProposal(
        id=row.id,
        client_id=row.client_id,
        county_id=row.county_id,
        funding_id=row.funding_id,
        made_by=row.made_by,
        proposer=name,
        proposer_email=email,
        made_at=row.made_at,
        why=row.why,
        state=ended[0] if ended else unanswered,
        answered_at=ended[1] if ended else None,
        decline_why=row.decline_why,
        choice_id=row.choice_id,
        offerings=offerings,
    )


def _offerings(session: Session, ids: Iterable[int], day: date) -> dict[int, tuple[Proposed, ...]]:
    rows = session.scalars(
        select(ProposedOffering)
        .where(ProposedOffering.proposal_id.in_(list(ids)))
        .order_by(ProposedOffering.proposal_id, ProposedOffering.position)
    ).all()
    entries = offerings_by_id(session, {row.offering_id for row in rows}) if rows else {}
    found: defaultdict[int, tuple[Proposed, ...]] = defaultdict(tuple)
    for row in rows:
        entry = entries[row.offering_id]
        wish = Wish(
            starts_on=row.starts_on,
            ends_on=None,
            quantity=_quantity(row.quantity_hundredths),
            quantity_per_week=_quantity(row.quantity_per_week_hundredths),
        )
        found[row.proposal_id] += (Proposed(entry, wish, entry.facts.is_public(day)),)
    return dict(found)


def _quantity(hundredths: int | None) -> Quantity | None:
    return None if hundredths is None else Quantity(hundredths)
