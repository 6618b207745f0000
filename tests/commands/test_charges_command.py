"""`omatori charges submit`: the same intake as the API, refused rows beside the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from foundation.database.tables.charges import Charge
from tests.architecture.sources import ROOT
from tests.builders.provider_api import ProviderApi

CLOCK = "2026-11-21T12:00+02:00"


def test_submitting_a_file(provider_api: ProviderApi, tmp_path: Path, omatori: Any) -> None:
    good, bad = provider_api.charge(), provider_api.charge(reference="R-2", voucher="NOPE", note="=1+1")
    header = [*good, "note"]
    lines = [";".join(header), *(";".join(sent.get(name, "") for name in header) for sent in (good, bad))]
    file = tmp_path / "november.csv"
    file.write_text("\n".join(lines), "utf-8")

    def submit(*options: str) -> Any:
        arguments = ("charges", "submit", str(file), "--provider", provider_api.business_id, *options)
        return omatori(*arguments, database_url=provider_api.database_url, clock=CLOCK)

    tried = submit("--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "2 rows: 1 accepted, 0 on hold, 1 refused" in tried.stdout
    assert provider_api.count(Charge) == 0

    sent = json.loads(submit("--json").stdout)
    assert (sent["rows"], sent["accepted"], sent["refused"]) == (2, 1, 1)
    assert (sent["results"][0]["row"], sent["results"][0]["county_pays"]) == (2, "72.00")
    assert sent["results"][1]["reasons"][0]["code"] == "voucher_unknown"
    refused = (tmp_path / "november.csv.refused.csv").read_text("utf-8-sig")
    assert "voucher_unknown" in refused
    assert "'=1+1" in refused

    again = json.loads(submit("--json").stdout)
    assert again == sent
    assert provider_api.count(Charge) == 2


def test_an_invoice_gets_an_invoice_back(provider_api: ProviderApi, tmp_path: Path, omatori: Any) -> None:
    data = (ROOT / "docs/invoices/example-ubl.xml").read_bytes()
    file = tmp_path / "lasku.xml"
    file.write_bytes(
        data.replace(b">VOUCHER<", f">{provider_api.voucher}<".encode(), 1).replace(b"09:00", b"9", 1)
    )
    earlier = tmp_path / "lasku.xml.refused.csv"
    earlier.touch()

    def submit(*options: str) -> str:
        arguments = ("charges", "submit", str(file), "--provider", provider_api.business_id, *options)
        omatori(*arguments, database_url=provider_api.database_url, clock=CLOCK)
        return (tmp_path / "lasku.xml.refused.xml").read_text()

    tried = submit("--dry-run", "--language", "en")
    assert not earlier.exists()
    assert tried.count("<cac:InvoiceLine>") == 1
    assert "<!-- Omatori: 1 · field_malformed" in tried
    assert submit("--language", "en") == tried


def test_a_file_that_is_not_done_says_how_far_it_is(
    provider_api: ProviderApi, tmp_path: Path, omatori: Any
) -> None:
    file, charge = tmp_path / "november.csv", provider_api.charge()
    file.write_text("\n".join((";".join(charge), ";".join(charge.values()))), "utf-8")
    queued = provider_api.send_file(file.read_bytes(), Prefer="respond-async").get_json()["id"]
    provider_api.post(f"/charge-files/{queued}/stop")
    arguments = ("charges", "submit", str(file), "--provider", provider_api.business_id)
    shown = [
        omatori(*arguments, *options, database_url=provider_api.database_url, clock=CLOCK).stdout
        for options in ((), ("--json",))
    ]
    assert shown[0] == "0 of 1 rows are decided and stay. The file is stopped.\n"
    assert (json.loads(shown[1])["state"], json.loads(shown[1])["rows_done"]) == ("stopped", 0)
    assert provider_api.count(Charge) == 0


def test_an_unreadable_file_is_reported(provider_api: ProviderApi, tmp_path: Path, omatori: Any) -> None:
    file = tmp_path / "empty.csv"
    file.touch()
    answer = omatori(
        "charges",
        "submit",
        str(file),
        "--provider",
        provider_api.business_id,
        database_url=provider_api.database_url,
    )
    assert (answer.returncode, "file_empty" in answer.stderr) == (1, True)
    answer = omatori(
        "charges", "submit", str(file), "--provider", "9999999-9", database_url=provider_api.database_url
    )
    assert "There is no provider 9999999-9." in answer.stderr
