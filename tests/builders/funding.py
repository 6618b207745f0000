"""Clients, fundings, choices and charges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.ledger.write.postings import post
from foundation.database.columns import days
from foundation.database.tables import choices, clients, counties, grants, providers
from foundation.vocabulary.money import Money, Quantity
from tests.builders.county import NOW, YEAR, numbers, service_number


def a_client(session: Session, county: counties.County, *, name: str = "Aino Asiakas") -> clients.Client:
    """A client who lives in the county's municipality."""
    client = clients.Client(
        county_id=county.id,
        number=f"C-{next(numbers):06d}",
        name=name,
        municipality_code="491" if county.code == "12" else f"9{county.code}",
        latitude=61.69,
        longitude=27.28,
    )
    session.add(client)
    session.flush()
    return client


def a_funding(
    session: Session,
    county: counties.County,
    client: clients.Client,
    *,
    services: Sequence[str] = ("PERSONAL_ASSISTANCE",),
    amount_cents: int = 100_000,
    window: tuple[date, date] = YEAR,
    kind: str = "voucher",
    provider: providers.Provider | None = None,
    **terms: Any,
) -> grants.Funding:
    """An open funding whose money came from the cost centre; `terms` are columns of `FundingTerms`."""
    number = next(numbers)
    centre = session.query(counties.CostCentre).filter_by(county_id=county.id).first()
    assert centre is not None
    decision = _decision(session, county, client, f"TEST/{number}", window[0], centre.id)
    funding = grants.Funding(
        county_id=county.id,
        client_id=client.id,
        voucher=f"TEST{number:012d}",
        decision_number=decision.number,
        external_id="1",
        cost_centre_id=centre.id,
        kind=kind,
        provider_id=None if provider is None else provider.id,
        valid=days(*window),
    )
    session.add(funding)
    session.flush()
    _terms_and_states(session, funding, decision, services, amount_cents, terms)
    _grant(session, funding, amount_cents, terms.get("quantity_hundredths") or 0)
    return funding


def grant_units(session: Session, funding: grants.Funding, units: int, **terms: Any) -> None:
    """Let a funding be granted in so many hundredths of a unit; `terms` are further columns of its terms."""
    of_funding = update(grants.FundingTerms).where(grants.FundingTerms.funding_id == funding.id)
    session.execute(of_funding.values(quantity_hundredths=units, **terms))
    _grant(session, funding, 0, units)


def _grant(session: Session, funding: grants.Funding, amount_cents: int, units: int) -> None:
    posting = Posting(
        county_id=funding.county_id,
        event=Event.GRANT,
        from_account=Account.APPROPRIATION,
        to_account=Account.FREE,
        amount_cents=Money(amount_cents),
        cost_centre_id=funding.cost_centre_id,
        funding_id=funding.id,
        quantity_hundredths=Quantity(units),
    )
    post(session, [[posting]], at=NOW)


def _decision(
    session: Session,
    county: counties.County,
    client: clients.Client,
    number: str,
    day: date,
    cost_centre_id: int,
) -> grants.GrantDecision:
    decision = grants.GrantDecision(
        county_id=county.id,
        number=number,
        client_id=client.id,
        decided_on=day,
        decided_by="Omatyöntekijä",
        legal_basis="Laki 569/2009",
        cost_centre_id=cost_centre_id,
        document={},
        received_at=NOW,
    )
    session.add(decision)
    session.flush()
    return decision


def _terms_and_states(
    session: Session,
    funding: grants.Funding,
    decision: grants.GrantDecision,
    codes: Sequence[str],
    amount_cents: int,
    terms: Mapping[str, Any],
) -> None:
    first = decision.decided_on
    session.add(
        grants.FundingTerms(funding_id=funding.id, from_day=first, amount_cents=amount_cents, **terms)
    )
    session.add(grants.FundingState(funding_id=funding.id, state="open", from_day=first, set_at=NOW))
    session.add(
        grants.DecisionState(
            county_id=funding.county_id, number=decision.number, state="in_force", from_day=first
        )
    )
    for code in codes:
        session.add(grants.FundingService(funding_id=funding.id, service_id=service_number(code)))
    session.add(grants.Balance(funding_id=funding.id, granted_cents=0, free_cents=0))
    session.flush()


def a_choice(
    session: Session,
    funding: grants.Funding,
    offering: providers.Offering,
    *,
    held_cents: int = 0,
    held_hundredths: int = 0,
    starts_on: date = date(2026, 1, 1),
    ends_on: date | None = None,
) -> choices.Choice:
    """A living choice of the offering that holds money, and units if it is granted in units."""
    choice = choices.Choice(
        county_id=funding.county_id,
        funding_id=funding.id,
        offering_id=offering.id,
        provider_id=offering.provider_id,
        starts_on=starts_on,
        ends_on=ends_on,
        quantity_per_week_hundredths=300,
        planned_cents=held_cents,
        made_at=NOW,
    )
    session.add(choice)
    session.flush()
    if held_cents or held_hundredths:
        posting = Posting(
            county_id=funding.county_id,
            event=Event.HOLD,
            from_account=Account.FREE,
            to_account=Account.HELD,
            amount_cents=Money(held_cents),
            funding_id=funding.id,
            choice_id=choice.id,
            quantity_hundredths=Quantity(held_hundredths),
        )
        post(session, [[posting]], at=NOW)
    return choice


def a_charge(funding: grants.Funding, **fields: str) -> dict[str, str]:
    """What a provider would send for two hours on 16 November 2026; every field may be given."""
    return {
        "reference": f"R-{next(numbers)}",
        "voucher": funding.voucher,
        "service": "PERSONAL_ASSISTANCE",
        "service_day": "2026-11-16",
        "quantity": "2.00",
        "unit": "hour",
        "unit_price": "36.00",
        **fields,
    }
