"""What a provider reads about a payment, and what the bank file has of it: the same reference and sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from lxml import etree

from tests.builders.browser_session import BrowserSession
from tests.journeys.proof import PAIN
from tests.journeys.test_flow_in_browser import SERVICE, Walk


def reads_the_statement(walk: Walk, phone: BrowserSession, county_pays: Sequence[Decimal]) -> str:
    """Open the newest settlement as the provider; return the reference, the same on the page and by the API.

    Args:
        county_pays: What the county pays of each row of the settlement, in euros.
    """
    phone.go("/t/tilitykset")
    phone.submit("main a[href*='/t/tilitykset/']")
    number = int(phone.path().split("?")[0].rsplit("/", 1)[1])
    api = walk.site.api("provider_biller", provider=walk.business_id)
    statement = api.get(f"/settlements/{number}")
    total = sum(county_pays, Decimal())
    assert (statement["state"], Decimal(statement["sum"])) == ("paid", total)
    assert sorted((row["service"], Decimal(row["county_pays"])) for row in statement["items"]) == sorted(
        (SERVICE, euros) for euros in county_pays
    )
    reference = str(statement["payment"]["reference"])
    assert reference in phone.text()
    assert f"{total} €".replace(".", ",") in phone.text()
    assert statement["hash"]
    return reference


def lines_of(bank_file: bytes) -> list[tuple[str, Decimal]]:
    """Return the reference and the sum of each transfer of a bank file."""
    transfers = etree.parse(BytesIO(bank_file)).getroot().iter(f"{PAIN}CdtTrfTxInf")
    found = [
        (each.findtext(f".//{PAIN}CdtrRefInf/{PAIN}Ref"), each.findtext(f".//{PAIN}InstdAmt"))
        for each in transfers
    ]
    return [(str(reference), Decimal(str(amount))) for reference, amount in found]
