"""A client whose grant is in hours reads hours and no sums of the reserve."""

import pytest
from sqlalchemy import update

from foundation.database.tables.grants import FundingTerms
from tests.builders.client_api import CLIENT, ClientApi
from tests.pages.logged_in import logged_in_by_key

READ = {
    "fi": "Sinulla on jäljellä 30 tuntia.",
    "sv": "Du har 30 timmar kvar.",
    "en": "You have 30 hours left.",
    "selko": "Sinulla on jäljellä 30 tuntia.",
}


@pytest.mark.parametrize("language", READ)
def test_the_money_pages_say_hours(client_api: ClientApi, language: str) -> None:
    session = client_api.session
    values = {"PERSONAL_ASSISTANCE": {"any": 3000}}
    of_voucher = FundingTerms.funding_id == client_api.funding_id
    session.execute(
        update(FundingTerms).where(of_voucher).values(quantity_hundredths=3_000, unit_values=values)
    )
    session.commit()
    client = logged_in_by_key(client_api.web, session, CLIENT)
    for path in ("/oma", f"/oma/seteli/{client_api.voucher}"):
        page = client.page(path, lang=language)
        money = page.root.xpath("//section[contains(@class, 'om-balance')]")[0].text_content()
        assert READ[language] in money.replace("\xa0", " ")
        assert "€" not in money
    details = client.page(f"/oma/seteli/{client_api.voucher}", lang="en").texts("main")
    assert "1,000" not in details
