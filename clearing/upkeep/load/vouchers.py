"""Vouchers that are not used, and vouchers that end: those of a county that may need a warning."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from clearing.grants.load.funding_states import funding_state_on
from clearing.upkeep.facts.course import Ending
from clearing.upkeep.facts.vouchers import EndingVoucher, IdleVoucher
from clearing.upkeep.rules.voucher_warnings import idle_since
from foundation.database.columns import any_of, first_and_last
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.clients import Client, ClientAbsence
from foundation.database.tables.grants import Balance, Funding, FundingService
from foundation.vocabulary.dates import DateWindow


def idle_vouchers(session: Session, county_id: int, day: date) -> list[IdleVoucher]:
    """Return the open fundings that hold nothing, whether a provider was chosen or not.

    Those of which another provider must be found are left out: that is a task of its own.
    """
    last = (
        select(func.max(Charge.service_day))
        .where(Charge.funding_id == Funding.id, Charge.state.in_(("accepted", "on_hold", "settled")))
        .correlate(Funding)
        .scalar_subquery()
    )
    chosen = exists().where(Choice.funding_id == Funding.id, Choice.withdrawn_at.is_(None))
    stopped = exists().where(
        Choice.funding_id == Funding.id, Choice.ended_at.is_(None), Choice.stop_found_at.is_not(None)
    )
    query = (
        select(
            Funding.id,
            Funding.client_id,
            Funding.valid,
            last.label("last_charged"),
            or_(chosen, Funding.provider_id.is_not(None)).label("is_chosen"),
        )
        .join(Balance, Balance.funding_id == Funding.id)
        .join(Client, Client.id == Funding.client_id)
        .where(Funding.county_id == county_id, funding_state_on(day) == "open", Funding.valid.contains(day))
        .where(Balance.held_cents == 0, Balance.held_hundredths == 0, Balance.free_cents > 0)
        .where(Client.ended_on.is_(None), ~stopped)
        .order_by(Funding.id)
    )
    rows = session.execute(query).all()
    away = _days_away(session, {row.client_id for row in rows})
    return [_idle(row, away[row.client_id], day) for row in rows]


def _idle(
    row: Row[int, int, object, date | None, bool], away: Collection[DateWindow], day: date
) -> IdleVoucher:
    first, _last = first_and_last(row.valid)
    idle = idle_since(first, row.last_charged, away, day, is_chosen=row.is_chosen)
    return IdleVoucher(row.id, row.client_id, idle)


def _days_away(session: Session, client_ids: Collection[int]) -> defaultdict[int, list[DateWindow]]:
    found: defaultdict[int, list[DateWindow]] = defaultdict(list)
    query = select(ClientAbsence).where(ClientAbsence.client_id == any_of(client_ids))
    for row in session.scalars(query):
        first, last = first_and_last(row.away)
        found[row.client_id].append(DateWindow(first, last or date.max))
    return found


_Next, _NextService = aliased(Funding), aliased(FundingService)


def ending_vouchers(session: Session, county_id: int, day: date) -> list[EndingVoucher]:
    """Return the open fundings with a last day that no other funding of the client follows."""
    same_service = _NextService.service_id == FundingService.service_id
    follows = (
        exists()
        .where(_Next.client_id == Funding.client_id, func.upper(_Next.valid) > func.upper(Funding.valid))
        .where(_NextService.funding_id == _Next.id, same_service, FundingService.funding_id == Funding.id)
        .correlate(Funding)
    )
    query = (
        select(Funding.id, Funding.client_id, Funding.valid, Balance.free_cents + Balance.held_cents)
        .join(Balance, Balance.funding_id == Funding.id)
        .join(Client, Client.id == Funding.client_id)
        .where(Funding.county_id == county_id, funding_state_on(day) == "open", Funding.valid.contains(day))
        .where(func.upper(Funding.valid).is_not(None), Client.ended_on.is_(None), ~follows)
        .order_by(func.upper(Funding.valid), Funding.id)
    )
    found = []
    for funding_id, client_id, valid, left in session.execute(query):
        _first, last = first_and_last(valid)
        last_day = last or date.max
        found.append(EndingVoucher(funding_id, client_id, Ending(last_day, (last_day - day).days, left)))
    return found
