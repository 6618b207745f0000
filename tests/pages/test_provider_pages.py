"""The provider's pages, read strictly in every language."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands.file_worker import FileWorker
from foundation.database.session import make_engine
from foundation.database.tables.charges import Charge
from foundation.database.tables.people import ApiKey
from foundation.database.tables.providers import Price
from foundation.database.tables.uploads import SavedMapping, WaitingFile
from provider_portal.pages.uploads import LOOK_AGAIN_SECONDS, SENT_AT_ONCE_BYTES
from tests.api.provider_desk import ProviderDesk, provider_desk
from tests.pages.strict import StrictClient, StrictPage

LANGUAGES = ("fi", "sv", "en")
PAGES = (
    "/t", "/t/kirjaa", "/t/kirjaukset", "/t/kirjaukset?state=refused&viite=X&alkaen=1.1.2026", "/t/tuo",
    "/t/tilitykset", "/t/palvelut", "/t/palvelut/uusi", "/t/palvelut/tuo", "/t/yritys",
    "/t/toimipisteet", "/t/rajapinta",
)  # fmt: skip
VISIT = {"service_day": "16.11.2026", "start": "8.30", "end": "10"}


@pytest.fixture
def desk(fresh_database: str, tmp_path: Path) -> Iterator[ProviderDesk]:
    with provider_desk(fresh_database, tmp_path) as desk:
        yield desk


@pytest.fixture
def client(desk: ProviderDesk) -> StrictClient:
    """The biller, logged in."""
    key = desk.session.query(ApiKey).filter_by(person_id=desk.biller.person_id).one()
    with desk.client.session_transaction() as cookie:
        cookie.update({"person": key.person_id, "grant": key.role_grant_id, "stamp": 0})
    return StrictClient(desk.client)


def visit_page(desk: ProviderDesk, client: StrictClient, lang: str = "en") -> StrictPage:
    return client.page(f"/t/kirjaa?seteli={desk.voucher}", lang=lang)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_right_in_every_language(
    desk: ProviderDesk, client: StrictClient, language: str
) -> None:
    refused = desk.post("/charges", desk.charge(unit_price="99.00")).get_json()["id"]
    accepted = desk.post("/charges", desk.charge()).get_json()["id"]
    for path in (
        *PAGES, f"/t/kirjaa?seteli={desk.voucher}", f"/t/kirjaa?seteli={desk.voucher}&korjaa={refused}",
        f"/t/kirjaukset/{refused}", f"/t/kirjaukset/{accepted}", f"/t/kirjaukset/{accepted}/korjaa",
        f"/t/palvelut/{desk.offering_id}",
        f"/t/palvelut/{desk.offering_id}/muokkaa",
    ):  # fmt: skip
        client.page(path, lang=language)


@pytest.mark.parametrize("path", ["/t/kirjaukset/999", "/t/tuo/999", "/t/tilitykset/999", "/t/palvelut/999"])
def test_what_is_not_mine_is_not_there(client: StrictClient, path: str) -> None:
    client.page(path, status=404)


def test_an_unknown_code_is_told_beside_the_field(client: StrictClient) -> None:
    page = client.page("/t/kirjaa?seteli=NOPE", lang="en")
    assert "No voucher that you may charge has this code." in page.texts("main")


def test_the_price_is_shown_before_anything_is_sent(desk: ProviderDesk, client: StrictClient) -> None:
    page = client.send(visit_page(desk, client), VISIT, button="step=check")
    assert "This would be accepted" in page.texts("main")
    assert "€54.00" in page.texts("dd")
    assert desk.count(Charge) == 0


def test_the_price_comes_alive_without_the_page(desk: ProviderDesk, client: StrictClient) -> None:
    fields = visit_page(desk, client).form().fields
    answer = desk.client.post(f"/t/kirjaa?seteli={desk.voucher}&live=1", data={**fields, **VISIT})
    assert "€54.00" in answer.text
    assert "<html" not in answer.text
    assert desk.count(Charge) == 0


def test_a_visit_is_sent_once_however_often_the_button_is_pressed(
    desk: ProviderDesk, client: StrictClient
) -> None:
    form = visit_page(desk, client)
    page = client.send(form, VISIT, button="step=send")
    assert "The charge was accepted." in page.texts("main")
    page = client.send(form, VISIT, button="step=send")
    assert "You had sent this charge already." in page.texts("main")
    assert desk.count(Charge) == 1


def test_a_visit_over_midnight_takes_the_next_day(desk: ProviderDesk, client: StrictClient) -> None:
    client.send(visit_page(desk, client), {**VISIT, "start": "22", "end": "1.30"}, button="step=send")
    desk.session.rollback()
    (charge,) = desk.session.query(Charge).all()
    assert charge.sent["end"] == "2026-11-17T01:30"
    assert charge.quantity_hundredths == 350


def test_a_refused_visit_is_mended_and_sent_again(desk: ProviderDesk, client: StrictClient) -> None:
    page = client.send(visit_page(desk, client), {**VISIT, "unit_price_cents": "99"}, button="step=send")
    assert "The price is above your price list" in page.texts("main")
    link = page.one('a[contains(., "Mend and send again")]').get("href")
    again = client.send(client.page(link, lang="en"), {"unit_price_cents": "36"}, button="step=send")
    assert "The charge was accepted." in again.texts("main")


def test_faults_of_the_form_stand_beside_their_fields(desk: ProviderDesk, client: StrictClient) -> None:
    typed = {**VISIT, "service_day": "31.2.2026", "start": "25", "reference": "my visit"}
    page = client.send(visit_page(desk, client), typed, button="step=send", status=422)
    assert len(page.root.xpath('//p[contains(@class, "govuk-error-message")]')) == 3
    assert desk.count(Charge) == 0


def test_taking_a_charge_back(desk: ProviderDesk, client: StrictClient) -> None:
    charge_id = desk.post("/charges", desk.charge()).get_json()["id"]
    page = client.send(client.page(f"/t/kirjaukset/{charge_id}", lang="en"), {"why": "Wrong day"})
    assert "The charge was taken back." in page.texts("main")
    assert "Withdrawn" in page.texts("main")


def test_a_correction_is_made_once(desk: ProviderDesk, client: StrictClient) -> None:
    charge_id = desk.post("/charges", desk.charge()).get_json()["id"]
    form = client.page(f"/t/kirjaukset/{charge_id}/korjaa", lang="en")
    typed = {"reason": "wrong_price", "price_cents": "18"}
    for _press in range(2):
        page = client.send(form, typed)
        assert "The correction was made." in page.texts("main")
        assert "−€18.00" in page.texts("main")
    assert desk.count(Charge) == 2
    again = client.page(f"/t/kirjaukset/{charge_id}/korjaa", lang="en")
    refused = client.send(again, {"reason": "wrong_price", "price_cents": "72"}, status=422)
    assert "At most" in refused.texts("main")
    rest = client.send(again, {"reason": "wrong_price", "price_cents": ""})
    assert "−€54.00" in rest.texts("main"), "left empty it is all that is left"


def upload(desk: ProviderDesk, client: StrictClient, data: bytes, **values: str) -> StrictPage:
    page = client.page("/t/tuo", lang="en")
    fields = dict(page.form().fields) | {"columns": "own"} | values
    answer = desk.client.post(
        "/t/tuo", data={**fields, "file": (io.BytesIO(data), "x.csv")}, follow_redirects=True
    )
    return client.checked(answer, answer.request.path, answer.status_code)


def test_a_file_is_tried_and_then_sent(desk: ProviderDesk, client: StrictClient) -> None:
    good, bad = desk.charge(), desk.charge(reference="R-2", voucher="NOPE")
    text = ";".join(good) + "\n" + "\n".join(";".join(sent.values()) for sent in (good, bad))
    tried = upload(desk, client, text.encode())
    assert "Would be accepted1" in tried.texts("main")
    assert desk.count(Charge) == 0
    sent = client.send(tried, form=0)
    assert "The file was sent." in sent.texts("main")
    assert (desk.count(Charge), desk.count(WaitingFile)) == (2, 0)
    link = sent.one('a[contains(., "refused row")]').get("href")
    assert "voucher_unknown" in desk.client.get(link).text


def test_a_long_file_is_queued_and_its_page_says_how_far_it_has_come(
    desk: ProviderDesk, client: StrictClient, fresh_database: str
) -> None:
    good, bad = desk.charge(), desk.charge(reference="R-2", voucher="NOPE")
    text = ";".join(good) + "\n" + "\n".join(";".join(sent.values()) for sent in (good, bad))
    long = text + "\n" * (SENT_AT_ONCE_BYTES + 1)  # rows without a word are passed over
    page = client.send(upload(desk, client, long.encode()), form=0)
    assert "0 of 2 rows are decided." in page.texts("main")
    address = page.one('a[contains(., "Look again")]').get("href")
    assert desk.client.get(address).headers["Refresh"] == LOOK_AGAIN_SECONDS
    for language in LANGUAGES:
        client.page(address, lang=language)
    engine = make_engine(fresh_database)
    assert FileWorker(engine).work_once()
    engine.dispose()
    assert "Accepted1" in client.page(address, lang="en").texts("main")
    assert "Refresh" not in desk.client.get(address).headers


def test_a_file_in_another_layout_is_mapped_and_the_mapping_kept(
    desk: ProviderDesk, client: StrictClient
) -> None:
    text = f"Kuitti;Koodi;Pvm;Määrä;Yks;Hinta\nM-1;{desk.voucher};16.11.2026;1,5;t;36,00\n".encode("cp1252")
    unreadable = upload(desk, client, text)
    assert "Row 1 has letters that are not UTF-8." in unreadable.texts("main")
    page = client.page(unreadable.one('a[contains(., "Show which column is which")]').get("href"), lang="en")
    chosen = {
        "from_reference": "Kuitti", "from_voucher": "Koodi", "from_service": "always:PERSONAL_ASSISTANCE",
        "from_service_day": "Pvm", "from_quantity": "Määrä", "from_unit": "Yks", "from_unit_price": "Hinta",
        "name": "Kuittiohjelma",
    }  # fmt: skip
    assert "Would be accepted1" in client.send(page, chosen).texts("main")
    assert desk.count(SavedMapping) == 1
    assert "Would be accepted1" in upload(desk, client, text, columns="Kuittiohjelma").texts("main")


def test_a_new_price_ends_the_former_one(desk: ProviderDesk, client: StrictClient) -> None:
    page = client.page(f"/t/palvelut/{desk.offering_id}", lang="en")
    typed = {"time_class": "any", "unit_price_cents": "38,50", "first_day": "1.1.2027"}
    assert "The price was published." in client.send(page, typed).texts("main")
    desk.session.rollback()
    windows = {price.unit_price_cents: str(price.valid) for price in desk.session.query(Price)}
    assert windows == {3600: "[2026-01-01,2027-01-01)", 3850: "[2027-01-01,)"}
    past = client.send(page, {**typed, "first_day": "1.11.2026"}, status=422)
    assert "A price of a day that has been is locked." in past.texts("main")


def test_an_offering_is_edited(desk: ProviderDesk, client: StrictClient) -> None:
    page = client.page(f"/t/palvelut/{desk.offering_id}/muokkaa", lang="en")
    after = client.send(
        page, {"title": "Help at home", "languages": ["fi", "sv"], "cancel_notice_hours": "48"}
    )
    assert "Help at home" in after.texts("h1")
    assert "48 hours before" in after.texts("main")


def test_a_key_is_shown_once_and_works_until_taken_back(desk: ProviderDesk, client: StrictClient) -> None:
    page = client.send(client.page("/t/rajapinta", lang="en"), {"label": "Domacare"}, form=-1)
    key = page.one('code[@class="om-key-shown"]').text
    assert desk.get("/charges", key=key)["total"] == 0
    assert key not in client.page("/t/rajapinta", lang="en").texts()
    after = client.send(client.page("/t/rajapinta", lang="en"), form=0)
    assert "The key does not work any more." in after.texts("main")
    desk.get("/charges", key=key, status=401)
