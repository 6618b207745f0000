"""What a decision is granted beside: the appropriation's money, and the client's other fundings."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from clearing.grants.facts.granting import OtherFunding
from foundation.database.columns import first_and_last
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import CostCentre
from foundation.database.tables.grants import Balance, Funding, FundingService, FundingState
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money

Key = tuple[int, str]
"""County id, and the code of a cost centre or the number of a client."""


def left_of_appropriations(session: Session, centres: Collection[Key]) -> dict[Key, Money]:
    """Return what of each cost centre's appropriation is not granted; negative if more is granted."""
    if not centres:
        return {}
    centre = CostCentre
    bound = func.coalesce(func.sum(Balance.granted_cents - Balance.returned_cents), 0)
    rows = session.execute(
        select(centre.county_id, centre.code, centre.appropriation_cents - bound)
        .outerjoin(Funding, Funding.cost_centre_id == centre.id)
        .outerjoin(Balance, Balance.funding_id == Funding.id)
        .where(tuple_(centre.county_id, centre.code).in_(centres))
        .group_by(centre.id)
    )
    return {(county_id, code): Money(int(cents)) for county_id, code, cents in rows}


def other_fundings(session: Session, clients: Collection[Key]) -> dict[Key, tuple[OtherFunding, ...]]:
    """Return each client's fundings, by county and client number."""
    if not clients:
        return {}
    over = (
        select(FundingState.id)
        .where(FundingState.funding_id == Funding.id, FundingState.state.in_(("closed", "revoked")))
        .exists()
    )
    services = func.array_agg(aggregate_order_by(Service.code, Service.code))
    rows = session.execute(
        select(
            Client.county_id, Client.number, Funding, services, Balance.free_cents + Balance.held_cents, over
        )
        .join(Funding, Funding.client_id == Client.id)
        .join(Balance, Balance.funding_id == Funding.id)
        .join(FundingService, FundingService.funding_id == Funding.id)
        .join(Service, Service.id == FundingService.service_id)
        .where(tuple_(Client.county_id, Client.number).in_(clients))
        .group_by(Client.id, Funding.id, Balance.funding_id)
        .order_by(Funding.id)
    )
    found: defaultdict[Key, list[OtherFunding]] = defaultdict(list)
    for county_id, number, funding, codes, unused, is_over in rows:
        found[county_id, number].append(_other(funding, codes, Money(unused), is_over))
    return {key: tuple(of_client) for key, of_client in found.items()}


def _other(funding: Funding, codes: Collection[str], unused_cents: Money, is_over: bool) -> OtherFunding:
    first, last = first_and_last(funding.valid)
    assert last is not None  # a funding's window has both ends
    return OtherFunding(
        id=funding.id,
        voucher=funding.voucher,
        decision=funding.decision_number,
        external_id=funding.external_id,
        services=frozenset(codes),
        window=DateWindow(first, last),
        unused_cents=unused_cents,
        is_over=is_over,
    )
