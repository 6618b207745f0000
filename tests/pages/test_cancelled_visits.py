"""A cancelled visit: charged by form or by a mapped file, and shown on every page of the charge."""

from __future__ import annotations

import pytest

from clearing.charges.facts.charge import CANCELLATION_REASONS
from foundation.database.tables.charges import Charge
from foundation.database.tables.providers import Offering
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate
from marketplace import labels
from tests.builders.client_api import BILLER, CLIENT, WORKER, ClientApi
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in, logged_in_by_key
from tests.pages.strict import StrictClient, StrictPage
from tests.pages.test_provider_pages import upload, visit_page

LANGUAGES = ("fi", "sv", "en")
VISIT = {"service_day": "16.11.2026", "start": "8.30", "end": "10"}
LATE = {**VISIT, "cancelled": "yes", "cancel_reason": "client_ill", "notice_hours": "1,5"}


@pytest.fixture
def provider_api(provider_api: ProviderApi) -> ProviderApi:
    """A provider that may charge half of a visit cancelled less than a day before."""
    provider_api.session.get_one(Offering, provider_api.offering_id).cancel_share_percent = 50
    provider_api.session.commit()
    return provider_api


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


def messages(page: StrictPage) -> list[str]:
    """The errors beside the fields, in order; the summary must have the same."""
    at_fields = [
        element.text_content().strip()
        for element in page.root.xpath("//*[contains(@class, 'error-message')]")
    ]
    assert all(
        message.split(":", 1)[1].strip() in page.texts("*[@id='error-summary']") for message in at_fields
    )
    return [message.split(":", 1)[1].strip() for message in at_fields]


def test_an_ordinary_visit_needs_no_reason(provider_api: ProviderApi, client: StrictClient) -> None:
    page = visit_page(provider_api, client)
    assert page.one("input[@name='cancelled' and @checked]").get("value") == "no"
    typed = {**VISIT, "cancel_reason": "client_ill", "notice_hours": "soon"}
    client.send(page, typed, button="step=send")
    (charge,) = provider_api.session.query(Charge).all()
    assert (charge.state, charge.price_cents) == ("accepted", 5400)
    assert charge.sent.keys().isdisjoint({"cancel_reason", "notice_hours"})


def test_a_cancelled_visit_costs_what_the_rule_leaves(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    page = visit_page(provider_api, client)
    assert "you may charge 50 % of the price when the client gave less than 24 hours" in page.texts("main")
    shown = client.send(page, LATE, button="step=check")
    assert "This would be accepted" in shown.texts("main")
    assert shown.texts("dl[@class='om-split']//dd").split()[0] == "€27.00"
    assert provider_api.count(Charge) == 0
    sent = client.send(page, LATE, button="step=send")
    assert "Cancelled visit The client was ill. Notice was given 1.5 hours before." in plain(
        sent.texts("dl/div")
    )
    (charge,) = provider_api.session.query(Charge).all()
    assert (charge.sent["cancel_reason"], charge.sent["notice_hours"]) == ("client_ill", "1.50")
    assert (charge.state, charge.unit_price_cents, charge.price_cents) == ("accepted", None, 2700)
    assert "Cancelled visit" in client.page("/t/kirjaukset", lang="en").texts("table")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"notice_hours": "24"}, "at most €0.00"),
        ({"unit_price_cents": "18,01"}, "at most €27.00"),
        ({"unit_price_cents": "18"}, "This would be accepted"),
        ({"notice_hours": "0"}, "This would be accepted"),
        ({"notice_hours": "23,99", "cancel_reason": "other"}, "This would be accepted"),
    ],
)
def test_the_rule_is_shown_before_anything_is_sent(
    provider_api: ProviderApi, client: StrictClient, typed: dict[str, str], shown: str
) -> None:
    assert shown in client.send(visit_page(provider_api, client), LATE | typed, button="step=check").texts(
        "main"
    )


def test_the_live_price_is_gone_while_the_reason_is_missing(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    fields = dict(visit_page(provider_api, client).form().fields) | VISIT
    address = f"/t/kirjaa?seteli={provider_api.voucher}&live=1&lang=en"
    shown = provider_api.web.post(address, data=fields | {"cancelled": "yes", "notice_hours": ""})
    assert (shown.status_code, "when you have entered why and when" in shown.text) == (422, True)
    assert "€27.00" in provider_api.web.post(address, data=fields | LATE).text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (
            {"cancel_reason": "", "notice_hours": ""},
            [
                "Choose why the visit was cancelled",
                "Enter how many hours' notice the client gave",
            ],
        ),
        ({"notice_hours": "soon"}, ["Enter a number, for example 1,5"]),
        ({"notice_hours": "-1"}, ["Enter zero or more hours"]),
        ({"cancel_reason": "rain"}, ["Choose one from the list"]),
    ],
)
def test_what_is_missing_is_shown_beside_the_field(
    provider_api: ProviderApi, client: StrictClient, typed: dict[str, str], shown: list[str]
) -> None:
    page = client.send(visit_page(provider_api, client), LATE | typed, button="step=send", status=422)
    assert messages(page) == shown
    assert page.one("input[@name='cancelled' and @checked]").get("value") == "yes"
    assert page.one("input[@name='notice_hours']").get("value", "") == (LATE | typed)["notice_hours"]
    assert provider_api.count(Charge) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_right_in_every_language(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    page = visit_page(provider_api, client, language)
    client.send(page, LATE | {"cancel_reason": "", "notice_hours": "x"}, button="step=send", status=422)
    client.send(page, LATE | {"notice_hours": "30"}, button="step=send")
    refused = provider_api.session.query(Charge).one()
    assert refused.state == "refused"
    client.page(f"/t/kirjaukset/{refused.id}", lang=language)
    client.page("/t/tuo", lang=language)
    refilled = client.page(f"/t/kirjaa?seteli={provider_api.voucher}&korjaa={refused.id}", lang=language)
    checked = refilled.root.xpath("//input[@type='radio' and @checked]/@value")
    assert checked == ["PERSONAL_ASSISTANCE", "yes", "client_ill"]
    assert refilled.one("input[@name='notice_hours']").get("value") == "30"


def test_an_offering_without_a_share_shows_that_nothing_may_be_charged(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    provider_api.session.get_one(Offering, provider_api.offering_id).cancel_share_percent = 0
    provider_api.session.commit()
    page = visit_page(provider_api, client)
    assert "Under your cancellation terms, nothing may be charged for a cancelled visit." in page.texts(
        "main"
    )
    assert "This would be refused" in client.send(page, LATE, button="step=check").texts("main")


def test_a_file_of_another_layout_is_mapped_to_a_cancelled_visit(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    text = f"Koodi;Pvm;Määrä;Hinta;Syy;Tuntia\n{provider_api.voucher};16.11.2026;1,5;18,00;Sairas;3\n"
    text += f"{provider_api.voucher};17.11.2026;1,5;36,00;;\n"
    page = upload(provider_api, client, text.encode(), columns="choose")
    chosen = {
        "from_reference": "Pvm",
        "from_voucher": "Koodi",
        "from_service": "always:PERSONAL_ASSISTANCE",
        "from_service_day": "Pvm",
        "from_quantity": "Määrä",
        "from_unit": "always:hour",
        "from_unit_price": "Hinta",
        "from_cancel_reason": "Syy",
        "from_notice_hours": "Tuntia",
    }
    tried = client.send(page, chosen)
    assert "Would be accepted2" in tried.texts("main")
    client.send(tried, form=0)
    sent = [charge.sent for charge in provider_api.session.query(Charge).order_by(Charge.id)]
    assert (sent[0]["cancel_reason"], sent[0]["notice_hours"]) == ("client_ill", "3")
    listed = provider_api.read("/charges")["items"]
    assert [row.get("cancel_reason") for row in listed] == [None, "client_ill"]


@pytest.fixture
def seen(client_api: ClientApi) -> ClientApi:
    """A charge on hold for a cancelled visit, which its client, provider and county see."""
    charge = client_api.session.get_one(Charge, client_api.charge)
    charge.sent = {"cancel_reason": "client_ill", "notice_hours": "3,0"}
    client_api.session.commit()
    return client_api


SAID = {
    "fi": ("Peruttu käynti", "Asiakas oli sairas. Ilmoitettu 3 tuntia ennen."),
    "sv": ("Avbokat besök", "Klienten var sjuk. Meddelat 3 timmar före."),
    "en": ("Cancelled visit", "The client was ill. Notice was given 3 hours before."),
}
SAID_TO_CLIENT = {
    "fi": "Palveluntuottaja ilmoittaa: käynti peruttiin. Olit sairas. Ilmoitit siitä 3 tuntia ennen.",
    "sv": "Serviceproducenten uppger: besöket avbokades. Du var sjuk. Du meddelade det 3 timmar före.",
    "en": "The provider says: the visit was cancelled. You were ill. You gave notice 3 hours before.",
    "selko": "Palveluntuottaja sanoo: käynti peruttiin. Olit sairas. Kerroit siitä 3 tuntia ennen käyntiä.",
}


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_county_and_the_provider_read_why(seen: ClientApi, language: str) -> None:
    provider = logged_in_by_key(seen.web, seen.session, BILLER)
    pages = [provider.page(path, lang=language) for path in (f"/t/kirjaukset/{seen.charge}",)]
    assert SAID[language][0] in provider.page("/t/kirjaukset", lang=language).texts("table")
    worker = logged_in_by_key(seen.web, seen.session, WORKER)
    pages += [
        worker.page(path, lang=language) for path in ("/tt/selvitettavat", f"/tt/selvitettava/{seen.charge}")
    ]
    worker.send(worker.page(f"/tt/asiakas/{seen.client_id}"), {"reason": "handling"})
    pages.append(worker.page(f"/tt/asiakas/{seen.client_id}", lang=language))
    for page in pages:
        for expected in SAID[language]:
            assert expected in plain(page.texts("main")), page.path


@pytest.mark.parametrize("language", [*LANGUAGES, "selko"])
def test_the_client_reads_the_providers_description(seen: ClientApi, language: str) -> None:
    client = logged_in_by_key(seen.web, seen.session, CLIENT)
    page = client.page("/kulut", lang=language)
    assert SAID_TO_CLIENT[language] in plain(page.texts("article"))
    assert SAID["fi" if language == "selko" else language][0] in page.texts("article")
    page = client.page(f"/kulut/{seen.charge}/ei-oikein", lang=language)
    assert SAID_TO_CLIENT[language] in plain(page.texts("dl"))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({}, ""),
        ({"cancel_reason": "", "notice_hours": " "}, ""),
        (
            {"cancel_reason": "client_absent", "notice_hours": "0"},
            "The client was not there. No notice was given.",
        ),
        ({"cancel_reason": "rain", "notice_hours": "soon"}, "rain."),
        ({"notice_hours": 3}, "No reason was given. Notice was given 3 hours before."),
    ],
)
def test_a_refused_charge_is_shown_as_it_was_sent(
    seen: ClientApi, sent: dict[str, object], expected: str
) -> None:
    seen.session.get_one(Charge, seen.charge).sent = sent
    seen.session.commit()
    page = logged_in_by_key(seen.web, seen.session, BILLER).page(f"/t/kirjaukset/{seen.charge}", lang="en")
    row = page.root.xpath("//dt[normalize-space()='Cancelled visit']/following-sibling::dd")
    assert [plain(cell.text_content()).strip() for cell in row] == ([expected] if expected else [])


def test_every_reason_has_words_in_every_language() -> None:
    for reasons in (labels.CANCELLATION_REASONS, labels.CANCELLATION_REASONS_FOR_CLIENT):
        assert reasons.keys() == CANCELLATION_REASONS
        for language in (Language.FI, Language.SV, Language.SELKO):
            words = [translate(text, language) for text in reasons.values()]
            assert not set(words) & set(reasons.values())
            assert len(set(words)) == len(words)
