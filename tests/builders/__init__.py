"""Small worlds for tests, built straight into the book: one function a noun, sensible defaults, ids back.

    place = a_county(session)                       # county 12 with calendar, a cost centre, services
    provider = a_provider(session, place)           # approved for PERSONAL_ASSISTANCE
    offering = an_offering(session, place, provider, price_cents=3600)
    client = a_client(session, place)
    funding = a_funding(session, place, client, amount_cents=100_000)
    choice = a_choice(session, funding, offering, held_cents=20_000)
    sent = a_charge(funding)                        # what a provider would send

Money goes in by real postings, so `omatori verify` holds on every world built here.
"""

from tests.builders.county import CALENDAR, NOW, SERVICES, TIME_CLASSES, TODAY, YEAR, a_county, service_number
from tests.builders.funding import a_charge, a_choice, a_client, a_funding
from tests.builders.people import a_person
from tests.builders.provider import a_provider, an_offering, approve

__all__ = [
    "CALENDAR",
    "NOW",
    "SERVICES",
    "TIME_CLASSES",
    "TODAY",
    "YEAR",
    "a_charge",
    "a_choice",
    "a_client",
    "a_county",
    "a_funding",
    "a_person",
    "a_provider",
    "an_offering",
    "approve",
    "service_number",
]
