"""A client with two vouchers and one object of each kind, for the matrix of mandates.

A word shows whose a text is: `OF_FIRST` is in what belongs to the first voucher, `OF_SECOND` in what belongs
to the second, `OF_ALL` in what is about the client.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.actions.move_money import Moved, move_money
from clearing.grants.rules.moved_amounts import MoveWish
from clearing.ledger.write.audit import record
from foundation.database.columns import days
from foundation.database.tables.cards import Card
from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.disputes import Dispute, DisputeEntry
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.grants import Funding, PersonalBudget
from foundation.database.tables.help_requests import HelpRequest
from foundation.database.tables.look_questions import LookQuestion
from foundation.database.tables.messages import Conversation, Message
from foundation.database.tables.people import ApiKey, Mandate
from foundation.database.tables.plans import PlanPause
from foundation.database.tables.proposals import Proposal, ProposalComment, ProposedOffering
from foundation.database.tables.providers import Offering, Provider
from foundation.database.tables.shortlists import ShortlistEntry
from foundation.database.tables.time_requests import OfferedTime, TimeRequest
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Actor, Role
from tests.builders import YEAR, a_choice, a_funding, a_person
from tests.builders.client_api import ClientApi
from tests.builders.co_payments import store_bill
from tests.builders.county import NOW, TODAY
from tests.builders.planned_visits import plan_visits
from tests.builders.provider import a_provider, an_offering, approve

OF_FIRST, OF_SECOND, OF_ALL = "Ensiasia", "Toisasia", "Kokoasia"
Ids = dict[str, object]


def store_objects(api: ClientApi) -> Ids:
    """Store everything, and return the ids by the names that addresses use."""
    session = api.session
    first = session.get_one(Funding, api.funding_id)
    county, client = session.get_one(County, first.county_id), session.get_one(Client, first.client_id)
    helper = session.scalars(
        select(Mandate).join(ApiKey, ApiKey.person_id == Mandate.person_id).order_by(Mandate.id)
    ).first()
    assert helper is not None
    own = {"county_id": county.id, "client_id": client.id}
    second = _second_voucher(session, county, client, first)
    offering = session.get_one(Offering, api.near)
    provider = session.get_one(Provider, offering.provider_id)
    choice = a_choice(session, first, offering)
    plan_visits(session, choice, weekdays=(0,), first_day=TODAY + timedelta(days=2))
    ids: Ids = {
        "voucher": first.voucher,
        "second": second.voucher,
        "second_id": second.id,
        "offering_id": offering.id,
        "provider_id": provider.id,
        "conversation": f"{client.id}-{provider.id}",
        "business_id": provider.business_id,
        "choice_id": choice.id,
        "charge_id": api.charge,
        "mandate": helper.id,
        "visit_id": _visit_of(choice),
        "stopped": _stopped_choice(session, county, first),
        "number": _move(session, first, second, api.client_actor),
    }
    ids |= _charges(session, api.charge, own)
    ids |= store_bill(session, api.charge, OF_FIRST)
    ids |= _proposal(session, own, first.id, offering.id, helper.person_id)
    ids |= _requests(session, own, first.id, offering)
    _conversations(session, own, provider.id)
    ids |= _rest(session, own, choice, offering.id)
    session.commit()
    return ids


def _visit_of(choice: Choice) -> str:
    day = TODAY + timedelta(days=2)
    return f"{choice.id}-{day:%Y%m%d}-1"


def _second_voucher(session: Session, county: County, client: Client, first: Funding) -> Funding:
    """Store a voucher for sport in one budget with the first, and a choice of another provider."""
    second = a_funding(session, county, client, services=("SPORT",))
    budget = PersonalBudget(
        county_id=county.id,
        client_id=client.id,
        decision_number=first.decision_number,
        amount_cents=200_000,
        valid=days(*YEAR),
        may_move_up_to_cents=30_000,
    )
    session.add(budget)
    session.flush()
    first.personal_budget_id = second.personal_budget_id = budget.id
    other = a_provider(session, county, business_id="5678901-2", name=OF_SECOND, approved_for=("SPORT",))
    a_choice(session, second, an_offering(session, county, other, service="SPORT"))
    return second


def _stopped_choice(session: Session, county: County, first: Funding) -> int:
    """Store a choice on the first voucher whose provider may not help any more."""
    provider = a_provider(session, county, business_id="6789012-4", name=OF_FIRST)
    choice = a_choice(session, first, an_offering(session, county, provider))
    approve(session, county, provider, "PERSONAL_ASSISTANCE", from_day=TODAY, state="suspended")
    return choice.id


def _move(session: Session, source: Funding, target: Funding, actor: Actor) -> int:
    moving = {"source_id": source.id, "target_id": target.id}
    moved = move_money(session, **moving, wish=MoveWish(Money(100)), actor=actor, now=NOW)
    assert isinstance(moved, Moved)
    return moved.number


def _charges(session: Session, held_id: int, own: dict[str, int]) -> Ids:
    """Store a used visit with returned feedback, and a visit about which the three talk."""
    held = session.get_one(Charge, held_id)
    copied = {
        column.key: getattr(held, column.key)
        for column in Charge.__table__.columns
        if column.key not in ("id", "reference", "state") and column.computed is None
    }
    used = Charge(**copied, reference="R-2", state="accepted")
    talked = Charge(**copied, reference="R-3", state="accepted")
    session.add_all((used, talked))
    session.flush()
    answer = ChargeAnswer(county_id=held.county_id, charge_id=used.id, answer="confirmed", answered_at=NOW)
    feedback = Feedback(
        **own,
        provider_id=held.provider_id,
        charge_id=used.id,
        revision=1,
        face="good",
        words=OF_FIRST,
        state="returned",
        why="Nimi",
        given_at=NOW,
        decided_at=NOW,
    )
    dispute = Dispute(
        county_id=held.county_id,
        charge_id=talked.id,
        provider_id=held.provider_id,
        turn="client",
        answer_by=TODAY + timedelta(days=3),
        claimed_at=NOW,
        entries=2,
    )
    session.add_all((answer, feedback, dispute))
    session.flush()
    said = {"county_id": held.county_id, "dispute_id": dispute.id, "written_at": NOW, "words": OF_FIRST}
    session.add(DisputeEntry(**said, number=1, party="client", act="claim", claim="not_done"))
    session.add(DisputeEntry(**said, number=2, party="provider", act="stand"))
    return {"thread": talked.id}


def _proposal(
    session: Session, own: dict[str, int], funding_id: int, offering_id: int, person_id: int
) -> Ids:
    """Store a proposal of the helper for the first voucher, with a comment."""
    proposal = Proposal(**own, funding_id=funding_id, made_by=person_id, made_at=NOW, why=OF_FIRST)
    session.add(proposal)
    session.flush()
    said = {"proposal_id": proposal.id, "person_id": person_id, "made_at": NOW, "words": OF_FIRST}
    comment = ProposalComment(**said)
    offered = ProposedOffering(
        proposal_id=proposal.id,
        position=1,
        offering_id=offering_id,
        starts_on=TODAY,
        quantity_per_week_hundredths=300,
    )
    session.add_all((comment, offered))
    session.flush()
    return {"proposal_id": proposal.id, "comment_id": comment.id}


def _requests(session: Session, own: dict[str, int], funding_id: int, offering: Offering) -> Ids:
    """Store an open request about the first voucher, an answered one about none, and one for a free time."""
    about_first = HelpRequest(**own, kind="no_voucher", funding_id=funding_id, words=OF_FIRST, asked_at=NOW)
    answered = HelpRequest(
        **own, kind="help_choosing", words=OF_ALL, asked_at=NOW, answer=OF_ALL, answered_at=NOW
    )
    times = TimeRequest(
        **own,
        offering_id=offering.id,
        provider_id=offering.provider_id,
        words=OF_FIRST,
        asked_at=NOW,
        last_day=TODAY + timedelta(days=9),
    )
    session.add_all((about_first, answered, times))
    session.flush()
    offered = OfferedTime(
        county_id=own["county_id"],
        time_request_id=times.id,
        starts_at=NOW + timedelta(days=2),
        offered_at=NOW,
    )
    session.add(offered)
    session.flush()
    return {"request_id": about_first.id, "time_request": times.id, "offered_id": offered.id}


def _conversations(session: Session, own: dict[str, int], provider_id: int) -> None:
    """Store a message with the provider of the first voucher, and one with the workers."""
    for with_whom, words in ((provider_id, OF_FIRST), (None, OF_ALL)):
        line = Conversation(**own, provider_id=with_whom, messages=1, client_read=0, last_at=NOW)
        session.add(line)
        session.flush()
        message = Message(
            county_id=own["county_id"],
            conversation_id=line.id,
            number=1,
            party="county" if with_whom is None else "provider",
            words=words,
            sent_at=NOW,
            last_day=TODAY + timedelta(days=999),
        )
        session.add(message)


def _rest(session: Session, own: dict[str, int], choice: Choice, offering_id: int) -> Ids:
    """Store days away of the choice, a kept offering, a card and a worker's look."""
    pause = PlanPause(
        county_id=own["county_id"],
        choice_id=choice.id,
        funding_id=choice.funding_id,
        first_day=TODAY + timedelta(days=60),
        last_day=TODAY + timedelta(days=66),
        made_at=NOW,
    )
    card = Card(**own, reference="0" * 16, first_day=TODAY, last_day=TODAY, issued_at=NOW)
    session.add_all((pause, card, ShortlistEntry(**own, offering_id=offering_id, added_at=NOW)))
    session.flush()
    worker = a_person(session, Role.WORKER, name=OF_ALL, county_id=own["county_id"])
    record(
        session,
        actor=worker,
        now=NOW,
        act="client.look",
        subject=("client", own["client_id"]),
        county_id=own["county_id"],
        client_id=own["client_id"],
    )
    _store_answered_question(session, own, worker)
    return {"pause_id": pause.id, "card_id": card.id, "person_id": worker.person_id, "day": f"{TODAY}"}


def _store_answered_question(session: Session, own: dict[str, int], worker: Actor) -> None:
    """Store the client's question why the worker looked, and its answer."""
    question = LookQuestion(
        **own,
        day=TODAY,
        looker_id=worker.person_id,
        looker_name=OF_ALL,
        looker_role="worker",
        question=OF_ALL,
        asked_at=NOW,
        answered_at=NOW,
        answer=OF_ALL,
    )
    session.add(question)
    session.flush()
