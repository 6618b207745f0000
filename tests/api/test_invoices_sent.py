"""Invoices sent as charge files become charges, and each line that cannot says what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.builders.provider_api import ProviderApi

EXAMPLES = {name: (ROOT / f"docs/invoices/example-{name}.xml").read_bytes() for name in ("ubl", "finvoice")}


def own(provider_api: ProviderApi, name: str) -> bytes:
    """Return our example with a voucher of this county."""
    return EXAMPLES[name].replace(b">VOUCHER<", f">{provider_api.voucher}<".encode())


@pytest.mark.parametrize("name", EXAMPLES)
def test_our_examples_become_accepted_charges(provider_api: ProviderApi, name: str) -> None:
    answer = provider_api.send_file(own(provider_api, name), content_type="application/xml")
    body = answer.get_json()
    assert (answer.status_code, body["accepted"], body["rows"]) == (201, 2, 2)
    assert [result["price"] for result in body["results"]] == ["72.00", "36.00"]
    again = provider_api.send_file(own(provider_api, name), content_type="application/xml")
    assert (again.status_code, again.get_json()["id"]) == (200, body["id"])


def test_good_lines_go_in_and_bad_ones_come_back(provider_api: ProviderApi) -> None:
    data = own(provider_api, "ubl").replace(b">72.00<", b">99.00<", 1)
    body = provider_api.send_file(data, content_type="text/xml").get_json()
    assert (body["accepted"], body["refused"]) == (1, 1)
    refused = body["results"][0]
    assert (refused["row"], refused["reference"]) == (1, "2026-1042-1")
    assert [reason["code"] for reason in refused["reasons"]] == ["amount_mismatch"]
    assert "2026-1042-1" in provider_api.read(f"/charge-files/{body['id']}/refused.csv")


def test_a_base_quantity_does_not_multiply_the_price(provider_api: ProviderApi) -> None:
    """360 € for 10 hours is 36 € an hour, as line 2 of the example says."""
    body = provider_api.send_file(own(provider_api, "ubl"), content_type="text/xml").get_json()
    assert body["results"][1]["price"] == "36.00"


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        (
            "peppol-base-example",
            [{"voucher", "service", "service_day", "unit"}, {"voucher", "service"}, {"voucher", "service"}],
        ),
        ("peppol-vat-category-E", [{"voucher", "service", "service_day", "unit_price", "total"}]),
        ("peppol-vat-category-O", [{"voucher", "service_day", "unit_price", "total"}]),
    ],
)  # fmt: skip
def test_each_missing_thing_of_a_strangers_invoice_is_named_by_line(
    provider_api: ProviderApi, shared_data: Path, name: str, missing: list[set[str]]
) -> None:
    data = (shared_data / "invoices" / f"{name}.xml").read_bytes()
    body = provider_api.send_file(data, content_type="application/xml").get_json()
    assert (body["accepted"], body["on_hold"], body["refused"]) == (0, 0, len(missing))
    for result, fields in zip(body["results"], missing, strict=True):
        assert fields <= {reason["field"] for reason in result["reasons"]}


def test_a_credit_note_is_refused_with_what_to_do(provider_api: ProviderApi, shared_data: Path) -> None:
    data = (shared_data / "invoices/peppol-base-creditnote-correction.xml").read_bytes()
    answer = provider_api.send_file(data, content_type="application/xml")
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "invoice_other_kind")
    assert "correct it on its page" in answer.text
