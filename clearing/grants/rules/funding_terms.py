"""Terms of a funding by day."""

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
