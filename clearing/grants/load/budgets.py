"""Personal budgets whose client may move money, with their fundings."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.grants.rules.moving import Pot
from clearing.ledger.rules.postings import Account, Event
from foundation.database.tables.grants import Funding, PersonalBudget
from foundation.database.tables.ledger import Posting
from foundation.vocabulary.money import Money


def movable_budgets(session: Session, client_id: int) -> dict[int, Money]:
    """The client's budgets in which money may be moved: the limit by id."""
    rows = session.execute(
        select(PersonalBudget.id, PersonalBudget.may_move_up_to_cents)
        .where(PersonalBudget.client_id == client_id, PersonalBudget.may_move_up_to_cents > 0)
        .order_by(PersonalBudget.id)
    )
    return {key: Money(cents) for key, cents in rows}


def budget_of(session: Session, funding_id: int) -> tuple[int | None, Money]:
    """The budget that a funding is granted from, and how much may be moved in it; None, 0: none."""
    row = session.execute(
        select(Funding.personal_budget_id, func.coalesce(PersonalBudget.may_move_up_to_cents, 0))
        .outerjoin(PersonalBudget, PersonalBudget.id == Funding.personal_budget_id)
        .where(Funding.id == funding_id)
    ).one()
    return row[0], Money(row[1])


def pots_of(session: Session, budget_id: int, *, lock: bool) -> dict[int, Pot]:
    """A budget's fundings by id, with what the client moved; with `lock` under their locks."""
    rows = session.execute(
        select(Funding.id, Funding.cost_centre_id).where(Funding.personal_budget_id == budget_id)
    )
    centres = {row.id: row.cost_centre_id for row in rows}
    facts = fundings(session, sorted(centres), lock=lock)
    sign = case((Posting.from_account == Account.FREE.value, 1), else_=-1)
    moved = dict.fromkeys(centres, 0)
    query = (
        select(Posting.funding_id, func.sum(sign * Posting.amount_cents))
        .where(Posting.funding_id.in_(centres), Posting.event == Event.MOVE.value)
        .group_by(Posting.funding_id)
    )
    for funding_id, cents in session.execute(query):
        moved[funding_id] = int(cents)
    return {key: Pot(facts[key], budget_id, centres[key], moved[key]) for key in sorted(centres)}
