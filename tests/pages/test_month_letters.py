"""Movements in words, and the letter of a month as a tagged PDF file, with the same numbers everywhere."""

from __future__ import annotations

import io
import re
from typing import Any

import pikepdf
import pytest

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.vocabulary.dates import PeriodKind, period_of
from foundation.vocabulary.languages import Language
from marketplace.documents.month_letter import letter_file, letter_values
from marketplace.load.mandates import clients
from marketplace.load.month_letter import MonthLetter, month_letter
from tests.builders.client_api import BILLER, CLIENT, STRANGER, WATCHER, WORKER, ClientApi
from tests.builders.county import TODAY
from tests.pages.logged_in import logged_in_by_key
from tests.pages.strict import StrictClient
from tests.pages.test_granted_in_units import grant_in_hours

LANGUAGES = ("fi", "sv", "en", "selko")
MONTH = period_of(PeriodKind.MONTH, TODAY)


@pytest.fixture
def client(client_api: ClientApi) -> StrictClient:
    """The client, logged in."""
    return logged_in_by_key(client_api.web, client_api.session, CLIENT)


def charge_visit(api: ClientApi) -> None:
    """Choose the near provider, and let it charge two hours at 36 €: the county pays 30 €."""
    sent = {"offering": api.near, "starts_on": TODAY.isoformat(), "quantity_per_week": "2"}
    assert api.post(f"/fundings/{api.voucher}/choices", sent).status_code == 201
    visit = {
        "reference": "R-9",
        "voucher": api.voucher,
        "service": "PERSONAL_ASSISTANCE",
        "service_day": TODAY.isoformat(),
        "quantity": "2.00",
        "unit": "hour",
        "unit_price": "36.00",
    }
    answer = api.post("/charges", visit, key=BILLER)
    assert answer.get_json()["outcome"] == "accepted", answer.text


def the_letter(api: ClientApi) -> MonthLetter:
    api.session.expire_all()
    return month_letter(api.session, clients(api.session, [api.client_id])[api.client_id], MONTH, TODAY)


def only_funding(values: dict[str, Any]) -> dict[str, Any]:
    (funding,) = values["fundings"]
    found: dict[str, Any] = funding
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_movement_is_a_line_in_words(client_api: ClientApi, client: StrictClient, language: str) -> None:
    charge_visit(client_api)
    path = f"/oma/seteli/{client_api.voucher}/tapahtumat"
    said = client.page(path, lang=language).texts("main").replace("\xa0", " ")
    client.page("/oma/kirjeet", lang=language)
    if language == "en":
        assert "Sat 21 November Kotiapu Kaisla Oy helped you: 2 hours. The county paid €60." in said
        assert "You paid €12. Left: €940." in said
        assert "1 visit. The county paid €60. You paid €12." in said
        january = client.page(f"{path}?kuukausi=2026-01", lang="en").texts("main").replace("\xa0", " ")
        assert "Thu 1 January The county gave you €1,000. Left: €1,000." in january


def test_a_grant_in_hours_is_told_in_hours(client_api: ClientApi, client: StrictClient) -> None:
    grant_in_hours(client_api)
    charge_visit(client_api)
    path = f"/oma/seteli/{client_api.voucher}/tapahtumat"
    said = client.page(path, lang="en").texts("main").replace("\xa0", " ")
    assert "helped you: 2 hours. You paid €12. Left: 28 hours." in said
    assert "The county paid" not in said
    january = client.page(f"{path}?kuukausi=2026-01", lang="en").texts("main").replace("\xa0", " ")
    assert "The county gave you 30 hours. Left: 30 hours." in january
    assert "€" not in str(letter_values(the_letter(client_api), Language.EN)["fundings"]).replace("€12", "")


def test_the_api_has_the_same_movements(client_api: ClientApi) -> None:
    charge_visit(client_api)
    found = client_api.read(f"/fundings/{client_api.voucher}/movements")["items"]
    assert [(each["kind"], each["day"], each["amount"], each["left"]) for each in found] == [
        ("visit", "2026-11-21", "-60.00", "940.00"),
        ("granted", "2026-01-01", "1000.00", "1000.00"),
    ]
    assert (found[0]["provider"], found[0]["quantity"], found[0]["you_pay"]) == (
        "Kotiapu Kaisla Oy",
        "2.00",
        "12.00",
    )
    balance = client_api.read(f"/fundings/{client_api.voucher}")["balance"]
    assert float(found[0]["left"]) == float(balance["free"]) + float(balance["held"])
    assert client_api.get(f"/fundings/{client_api.voucher}/movements", key=STRANGER).status_code == 404


@pytest.mark.parametrize("language", Language)
def test_the_letter_is_tagged_and_the_same_each_time(client_api: ClientApi, language: Language) -> None:
    charge_visit(client_api)
    files = {letter_file(the_letter(client_api), language) for _ in range(2)}
    assert len(files) == 1
    with pikepdf.open(io.BytesIO(files.pop())) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang)[:2] == language.value[:2]
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"]
        assert {"/Table", "/TH", "/TD", "/H1", "/H2", "/L", "/P"} <= tags(pdf.Root.StructTreeRoot)
        fonts = [font for page in pdf.pages for font in page.Resources.Font.values()]
        assert all("AtkinsonHyperlegible" in str(font.BaseFont) for font in fonts)
        assert all("FontFile2" in str(font.DescendantFonts[0].FontDescriptor.keys()) for font in fonts)


def tags(element: pikepdf.Object) -> set[str]:
    """Return the kinds of a structure element and of those below it."""
    found = {str(element.S)} if "/S" in element else set()
    below: Any = element.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary):
            found |= tags(child)
    return found


def test_the_letter_says_what_is_left_used_booked_and_paid(client_api: ClientApi) -> None:
    charge_visit(client_api)
    values = letter_values(the_letter(client_api), Language.EN)
    funding = only_funding(values)
    said = {name: re.sub(r"\xa0|\\xa0", " ", str(text)) for name, text in funding.items()}
    assert said["left"] == "You had €940 left on Sat 21 November. You can use it until Thu 31 December."
    assert said["used"] == "You had 1 visit. The county paid €60. You paid €12."
    assert "Kotiapu Kaisla Oy helps you: 2 hours a week." in said["booked"]
    assert "is booked." in said["booked"]
    assert values["own"] == "You paid €12 yourself in this month."
    assert "015 123 4567" in str(values["ask"]).replace("\xa0", " ")


def test_the_client_saves_the_letter_of_each_month(client_api: ClientApi, client: StrictClient) -> None:
    charge_visit(client_api)
    answer = client_api.web.get("/oma/kirjeet/2026-11.pdf")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    for month in ("2026-12", "2025-12", "nothing", "2026-13"):
        assert client_api.web.get(f"/oma/kirjeet/{month}.pdf").status_code == 404


def test_a_month_without_a_visit_says_so(client_api: ClientApi) -> None:
    values = letter_values(the_letter(client_api), Language.EN)
    funding = only_funding(values)
    assert funding["used"] == "You had no visits in this month."
    assert funding["rows"] == []
    assert funding["booked"] == ["Nothing is booked."]


def test_a_helper_who_may_see_saves_the_letter(client_api: ClientApi) -> None:
    logged_in_by_key(client_api.web, client_api.session, WATCHER)
    assert client_api.web.get("/oma/kirjeet/2026-11.pdf").status_code == 200


def test_a_worker_makes_the_letter_and_the_client_reads_that(client_api: ClientApi) -> None:
    path = f"/tt/asiakas/{client_api.client_id}"
    worker = logged_in_by_key(client_api.web, client_api.session, WORKER)
    assert client_api.web.get(f"{path}/kirje/2026-11.pdf").status_code == 302
    shown = worker.send(worker.page(path, lang="en"), {"reason": "asked"})
    assert shown.root.xpath(f"//main//a[@href='{path}/kirje/2026-11.pdf']")
    client_api.session.get_one(Client, client_api.client_id).language = "sv"
    client_api.session.commit()
    answer = client_api.web.get(f"{path}/kirje/2026-11.pdf")
    assert answer.status_code == 200
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert str(pdf.Root.Lang)[:2] == "sv"
    client_api.session.expire_all()
    looks = client_api.session.query(AuditEvent).filter_by(subject_kind="letter").all()
    assert [(look.subject_id, look.why) for look in looks] == [("2026-11", "You or your helper asked for it")]
