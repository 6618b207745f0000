"""Which facts concern a charge: the terms of its day, its own choice and offering."""

from datetime import date

from clearing.facts import ChargeState, Choice, Funding, Offering, Terms
from clearing.rules.case import Case, Line, OpenFunding


def open_funding(funding: Funding) -> OpenFunding:
    """Count a funding's charges so far; charges on hold take no money, units or periods."""
    opened = OpenFunding(
        funding=funding,
        free_cents=funding.free_cents,
        held_cents={choice.id: choice.held_cents for choice in funding.choices},
        spent={terms.period_limit.kind: {} for terms in funding.terms if terms.period_limit},
    )
    for earlier in funding.earlier:
        if earlier.state is not ChargeState.ON_HOLD:
            opened.take(earlier.service_day, earlier.county_pays_cents, earlier.quantity)
        line = Line(
            earlier.id, earlier.provider_id, earlier.service, earlier.reference, earlier.start, earlier.end,
            earlier.quantity, earlier.price_cents,
        )  # fmt: skip
        opened.remember(earlier.service_day, line)
    return opened


def terms_on(funding: Funding, day: date | None) -> Terms:
    """Return the terms in force on a day; the first ones before that and without a day."""
    found = funding.terms[0]
    if len(funding.terms) == 1:
        return found
    for terms in funding.terms[1:]:
        if day is None or terms.from_day > day:
            break
        found = terms
    return found


def own_choice(case: Case) -> Choice | None:
    """Return the provider's choice in force that day: the one of the service, else the first."""
    if (day := case.charge.service_day) is None:
        return None
    mine = [c for c in case.funding.choices if c.provider_id == case.provider.id and c.in_force(day)]
    if len(mine) < 2:
        return mine[0] if mine else None
    of_service = {offering.id for offering in _offerings(case)}
    return next((choice for choice in mine if choice.offering_id in of_service), mine[0])


def _offerings(case: Case) -> tuple[Offering, ...]:
    return case.provider.offerings.get((case.county.id, case.charge.service or ""), ())


def own_offering(case: Case) -> Offering | None:
    """Return the provider's offering of the service: the chosen one, else one of the unit, else the first."""
    offerings = _offerings(case)
    if len(offerings) < 2:
        return offerings[0] if offerings else None
    chosen = case.choice.offering_id if case.choice else None
    return min(offerings, key=lambda o: (o.id != chosen, o.unit != case.charge.unit, o.id))
