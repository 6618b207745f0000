"""The provider's pages, read strictly in every language."""

from __future__ import annotations

import io

import pytest

from foundation.database.tables.charges import Charge
from foundation.database.tables.providers import Price
from foundation.database.tables.uploads import SavedMapping, WaitingFile
from tests.builders.client_api import a_place
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en")
PAGES = (
    "/t",
    "/t/kirjaa",
    "/t/kirjaukset",
    "/t/kirjaukset?state=refused&viite=X&alkaen=1.1.2026",
    "/t/tuo",
    "/t/tilitykset",
    "/t/palvelut",
    "/t/palvelut/uusi",
    "/t/yritys",
    "/t/toimipisteet",
)
OWNER_PAGES = ("/t/palvelut/tuo", "/t/rajapinta", "/t/rajapinta/uusi", "/t/yritys", "/t/palvelut")
VISIT = {"service_day": "16.11.2026", "start": "8.30", "end": "10"}


@pytest.fixture
def client(provider_api: ProviderApi) -> StrictClient:
    """The biller, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.biller)


@pytest.fixture
def owner(provider_api: ProviderApi) -> StrictClient:
    """The owner, logged in."""
    return logged_in(provider_api.web, provider_api.session, provider_api.owner)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_an_owner_is_right_in_every_language(
    provider_api: ProviderApi, owner: StrictClient, language: str
) -> None:
    for path in (*OWNER_PAGES, f"/t/palvelut/{provider_api.offering_id}"):
        owner.page(path, lang=language)


def test_a_biller_sees_prices_and_changes_neither_prices_nor_keys(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    for path in ("/t/palvelut/tuo", "/t/rajapinta"):
        client.page(path, status=403)
    page = client.page(f"/t/palvelut/{provider_api.offering_id}", lang="en")
    assert "Only an owner of your company can change prices." in page.texts("main")
    assert not page.root.xpath("//form[contains(@action, 'hinnat')]")
    assert not client.page("/t/yritys").root.xpath("//a[contains(@href, 'rajapinta')]")


def visit_page(provider_api: ProviderApi, client: StrictClient, lang: str = "en") -> StrictPage:
    return client.page(f"/t/kirjaa?seteli={provider_api.voucher}", lang=lang)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_in_every_language(
    provider_api: ProviderApi, client: StrictClient, language: str
) -> None:
    refused = provider_api.post("/charges", provider_api.charge(unit_price="99.00")).get_json()["id"]
    accepted = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    for path in (
        *PAGES,
        f"/t/kirjaa?seteli={provider_api.voucher}",
        f"/t/kirjaa?seteli={provider_api.voucher}&korjaa={refused}",
        f"/t/kirjaukset/{refused}",
        f"/t/kirjaukset/{accepted}",
        f"/t/kirjaukset/{accepted}/korjaa",
        f"/t/palvelut/{provider_api.offering_id}",
        f"/t/palvelut/{provider_api.offering_id}/muokkaa",
    ):
        client.page(path, lang=language)


@pytest.mark.parametrize("path", ["/t/kirjaukset/999", "/t/tuo/999", "/t/tilitykset/999", "/t/palvelut/999"])
def test_the_data_of_others_is_not_found(client: StrictClient, path: str) -> None:
    client.page(path, status=404)


def test_an_unknown_code_is_shown_beside_the_field(client: StrictClient) -> None:
    page = client.page("/t/kirjaa?seteli=NOPE", lang="en")
    assert "No voucher that you may charge has this code." in page.texts("main")


def test_the_price_is_shown_before_anything_is_sent(provider_api: ProviderApi, client: StrictClient) -> None:
    page = client.send(visit_page(provider_api, client), VISIT, button="step=check")
    assert "This would be accepted" in page.texts("main")
    assert "€54.00" in page.texts("dd")
    assert provider_api.count(Charge) == 0


def test_the_price_comes_alive_without_the_page(provider_api: ProviderApi, client: StrictClient) -> None:
    fields = visit_page(provider_api, client).form().fields
    answer = provider_api.web.post(
        f"/t/kirjaa?seteli={provider_api.voucher}&live=1", data={**fields, **VISIT}
    )
    assert "€54.00" in answer.text
    assert "<html" not in answer.text
    assert provider_api.count(Charge) == 0


def test_a_visit_is_sent_once_however_often_the_button_is_pressed(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    form = visit_page(provider_api, client)
    page = client.send(form, VISIT, button="step=send")
    assert "The charge was accepted." in page.texts("main")
    page = client.send(form, VISIT, button="step=send")
    assert "You have already sent this charge." in page.texts("main")
    assert provider_api.count(Charge) == 1


def test_a_visit_over_midnight_takes_the_next_day(provider_api: ProviderApi, client: StrictClient) -> None:
    client.send(visit_page(provider_api, client), {**VISIT, "start": "22", "end": "1.30"}, button="step=send")
    provider_api.session.rollback()
    (charge,) = provider_api.session.query(Charge).all()
    assert charge.sent["end"] == "2026-11-17T01:30"
    assert charge.quantity_hundredths == 350


def test_a_refused_visit_is_corrected_and_sent_again(provider_api: ProviderApi, client: StrictClient) -> None:
    page = client.send(
        visit_page(provider_api, client), {**VISIT, "unit_price_cents": "99"}, button="step=send"
    )
    assert "The price is above your price list" in page.texts("main")
    link = page.one('a[contains(., "Correct and send again")]').get("href")
    again = client.send(client.page(link, lang="en"), {"unit_price_cents": "36"}, button="step=send")
    assert "The charge was accepted." in again.texts("main")


def test_faults_of_the_form_are_shown_at_their_fields(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    typed = {**VISIT, "service_day": "31.2.2026", "start": "25", "reference": "my visit"}
    page = client.send(visit_page(provider_api, client), typed, button="step=send", status=422)
    assert len(page.root.xpath('//p[contains(@class, "govuk-error-message")]')) == 3
    assert provider_api.count(Charge) == 0


def test_withdrawing_a_charge(provider_api: ProviderApi, client: StrictClient) -> None:
    charge_id = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    page = client.send(client.page(f"/t/kirjaukset/{charge_id}", lang="en"), {"why": "Wrong day"})
    assert "The charge was withdrawn." in page.texts("main")
    assert "Withdrawn" in page.texts("main")


def test_a_correction_is_made_once(provider_api: ProviderApi, client: StrictClient) -> None:
    charge_id = provider_api.post("/charges", provider_api.charge()).get_json()["id"]
    form = client.page(f"/t/kirjaukset/{charge_id}/korjaa", lang="en")
    typed = {"reason": "wrong_price", "price_cents": "18"}
    for _press in range(2):
        page = client.send(form, typed)
        assert "The correction was made." in page.texts("main")
        assert "−€18.00" in page.texts("main")
    assert provider_api.count(Charge) == 2
    again = client.page(f"/t/kirjaukset/{charge_id}/korjaa", lang="en")
    refused = client.send(again, {"reason": "wrong_price", "price_cents": "72"}, status=422)
    assert "At most" in refused.texts("main")
    rest = client.send(again, {"reason": "wrong_price", "price_cents": ""})
    assert "−€54.00" in rest.texts("main"), "left empty it is all that is left"


def upload(provider_api: ProviderApi, client: StrictClient, data: bytes, **values: str) -> StrictPage:
    page = client.page("/t/tuo", lang="en")
    fields = dict(page.form().fields) | {"columns": "own"} | values
    answer = provider_api.web.post(
        "/t/tuo", data={**fields, "file": (io.BytesIO(data), "x.csv")}, follow_redirects=True
    )
    return client.checked(answer, answer.request.path, answer.status_code)


def test_a_file_is_tried_and_then_sent(provider_api: ProviderApi, client: StrictClient) -> None:
    good, bad = provider_api.charge(), provider_api.charge(reference="R-2", voucher="NOPE")
    text = ";".join(good) + "\n" + "\n".join(";".join(sent.values()) for sent in (good, bad))
    tried = upload(provider_api, client, text.encode())
    assert "Would be accepted1" in tried.texts("main")
    assert provider_api.count(Charge) == 0
    sent = client.send(tried, form=0)
    assert "The file was sent." in sent.texts("main")
    assert (provider_api.count(Charge), provider_api.count(WaitingFile)) == (2, 0)
    link = sent.one('a[contains(., "refused row")]').get("href")
    assert "voucher_unknown" in provider_api.web.get(link).text


RECEIPT_COLUMNS = {
    "from_reference": "Kuitti",
    "from_voucher": "Koodi",
    "from_service": "always:PERSONAL_ASSISTANCE",
    "from_service_day": "Pvm",
    "from_quantity": "Määrä",
    "from_unit": "Yks",
    "from_unit_price": "Hinta",
}
"""Which column of `receipts` is which of ours."""


def receipts(provider_api: ProviderApi) -> str:
    """A charge as another program writes it."""
    return f"Kuitti;Koodi;Pvm;Määrä;Yks;Hinta\nM-1;{provider_api.voucher};16.11.2026;1,5;t;36,00\n"


def test_a_file_in_another_layout_is_mapped_and_the_mapping_kept(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    text = receipts(provider_api).encode("cp1252")
    page = upload(provider_api, client, text)
    assert "other names than ours" in page.texts("body")
    named = client.send(page, {**RECEIPT_COLUMNS, "name": "Kuittiohjelma"})
    assert "Would be accepted1" in named.texts("main")
    assert provider_api.count(SavedMapping) == 1
    assert "Would be accepted1" in upload(provider_api, client, text, columns="Kuittiohjelma").texts("main")


def columns_asked(provider_api: ProviderApi, client: StrictClient, header: str) -> bool:
    page = upload(provider_api, client, f"{header}\n1;2;3;4;5;6;7\n".encode())
    return page.path.endswith("/sarakkeet")


def test_columns_with_known_names_are_asked_at_once(provider_api: ProviderApi, client: StrictClient) -> None:
    senders = "viite;palveluseteli;palvelu;päivä;määrä;yksikkö;yksikköhinta"
    assert columns_asked(provider_api, client, senders)
    assert columns_asked(provider_api, client, "reference;voucher;service;pvm;quantity;unit;unit_price")
    for unknown in ("A;B;C;D;E;F;G", "reference;voucher;service;Q;quantity;unit;unit_price"):
        assert not columns_asked(provider_api, client, unknown)
    two = upload(provider_api, client, b"viite;palvelu;C;D;E;F;G\n1;2;3;4;5;6;7\n")
    assert "Show which column is which" in two.texts("main"), "too few to be sure that it is a header"


def test_a_new_price_ends_the_former_one(provider_api: ProviderApi, owner: StrictClient) -> None:
    page = owner.page(f"/t/palvelut/{provider_api.offering_id}", lang="en")
    typed = {"time_class": "any", "unit_price_cents": "38,50", "first_day": "1.1.2027"}
    assert "The price was published." in owner.send(page, typed).texts("main")
    provider_api.session.rollback()
    windows = {price.unit_price_cents: str(price.valid) for price in provider_api.session.query(Price)}
    assert windows == {3600: "[2026-01-01,2027-01-01)", 3850: "[2027-01-01,)"}
    past = owner.send(page, {**typed, "first_day": "1.11.2026"}, status=422)
    assert "The price of a past day cannot change." in past.texts("main")


def test_an_offering_is_edited(provider_api: ProviderApi, client: StrictClient) -> None:
    page = client.page(f"/t/palvelut/{provider_api.offering_id}/muokkaa", lang="en")
    after = client.send(
        page,
        {
            "title": "Help at home",
            "languages": ["fi", "sv"],
            "cancel_notice_hours": "48",
            "home_visits": "yes",
            "communication": ["pictures", "writing"],
        },
    )
    assert "Help at home" in after.texts("h1")
    assert "48 hours' notice" in after.texts("main")
    assert "Pictures and symbols, Writing" in after.texts("main")


def test_the_access_of_a_place_is_shown_as_clients_read_it(
    provider_api: ProviderApi, client: StrictClient
) -> None:
    session, provider_id = provider_api.session, provider_api.provider_id
    a_place(session, provider_id, 61.69, step_free=True, lift=False, door_width_cm=90)
    session.commit()
    shown = client.page("/t/toimipisteet", lang="en").texts("main//li")
    assert shown == "Step-free entrance No lift Doorway 90 cm wide"


def test_a_key_is_shown_once_acts_as_chosen_and_works_until_revoked(
    provider_api: ProviderApi, owner: StrictClient
) -> None:
    page = owner.page("/t/rajapinta/uusi", lang="en")
    biller = page.one('input[@id=//label[contains(., "Maija")]/@for]').get("value")
    page = owner.send(page, {"label": "Domacare", "holder": biller})
    key = page.one('code[@class="om-key-shown"]').text
    assert provider_api.read("/charges", key=key)["total"] == 0
    assert provider_api.post("/my/prices", {}, key=key).status_code == 403
    assert key not in owner.page("/t/rajapinta", lang="en").texts()
    [link] = owner.page("/t/rajapinta", lang="en").root.xpath(
        "//section[contains(., 'Domacare')]//a[contains(@href, 'mitatoi')]/@href"
    )
    asked = owner.page(link)
    assert "stops working at once" in asked.texts("main")
    provider_api.read("/charges", key=key)
    after = owner.send(asked)
    assert "The key no longer works." in after.texts("main")
    provider_api.read("/charges", key=key, status=401)
