"""/t/tuo takes an invoice as it takes a table."""

from __future__ import annotations

import io

from foundation.database.tables.charges import Charge
from tests.architecture.sources import ROOT
from tests.builders.provider_api import ProviderApi
from tests.pages.logged_in import logged_in


def test_an_invoice_is_checked_and_then_sent(provider_api: ProviderApi) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    data = (ROOT / "docs/invoices/example-ubl.xml").read_bytes()
    data = data.replace(b">VOUCHER<", f">{provider_api.voucher}<".encode()).replace(b">72.00<", b">99.00<", 1)
    fields = {**client.page("/t/tuo", lang="en").form().fields, "columns": "own"}
    sent = provider_api.web.post(
        "/t/tuo", data={**fields, "file": (io.BytesIO(data), "lasku.xml")}, follow_redirects=True
    )
    checked = client.checked(sent, sent.request.path, sent.status_code)
    assert "2026-1042-1" in checked.texts("main"), "the line that would be refused"
    assert provider_api.count(Charge) == 0
    client.send(checked, form=0)
    assert provider_api.count(Charge) == 2


def test_the_page_gives_back_the_invoice_and_the_answer_in_the_readers_numbers(
    provider_api: ProviderApi,
) -> None:
    client = logged_in(provider_api.web, provider_api.session, provider_api.biller)
    data = (ROOT / "docs/invoices/example-ubl.xml").read_bytes()
    data = data.replace(b">VOUCHER<", f">{provider_api.voucher}<".encode()).replace(b">72.00<", b">99.00<", 1)
    fields = {**client.page("/t/tuo", lang="fi").form().fields, "columns": "own"}
    sent = provider_api.web.post(
        "/t/tuo", data={**fields, "file": (io.BytesIO(data), "lasku.xml")}, follow_redirects=True
    )
    report = client.send(client.checked(sent, sent.request.path, sent.status_code), form=0)
    refused, answer, as_csv = (
        str(report.one(f"main//a[contains(@href, '{name}')]").get("href"))
        for name in ("/hylatyt.tiedosto", "/vastaus.csv", "/hylatyt.csv")
    )
    assert b"<cac:InvoiceLine>" in provider_api.web.get(refused).data
    text = provider_api.web.get(answer).data.decode("utf-8-sig")
    assert "Pyytämäsi summa" in text
    assert ";16.11.2026;2,00;" in text
    assert ";36,00;36,00;Hyväksytty;;36,00;36,00;0,00;" in text
    assert "2026-1042-1" in provider_api.web.get(as_csv).data.decode("utf-8-sig")
