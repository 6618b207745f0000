"""Terms of a funding by day."""

from collections.abc import Sequence
from datetime import date

from clearing.grants.facts.funding import Funding, Terms


def terms_on(funding: Funding, day: date) -> Terms:
    """Return the terms in force on a day; before the first ones, the first."""
    found = funding.terms[0]
    for terms in funding.terms[1:]:
        if terms.from_day > day:
            break
        found = terms
    return found


def counts_units(terms: Sequence[Terms]) -> bool:
    """Return whether a funding with these terms is granted in units: whether its newest terms limit them."""
    return bool(terms) and terms[-1].quantity_limit is not None
