"""POST /charge-files: good rows in, bad rows back, and the same file again changes nothing."""

from __future__ import annotations

import csv
import io
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from clearing.ledger.load.balances import balance_of
from foundation.database.tables.charges import Charge, ChargeFile
from foundation.database.tables.grants import Funding
from foundation.database.tables.providers import Offering
from tests.builders.provider_api import ProviderApi, open_sized_provider_api

HEADER = "reference;voucher;service;service_day;start;end;quantity;unit;unit_price;total;client;worker;note"


def row(provider_api: ProviderApi, number: int, **fields: str) -> str:
    """One visit of half an hour; a client's visits follow each other so that none looks like another."""
    day, place = divmod(number // len(provider_api.vouchers), 20)
    start, end = (f"{8 + at // 2:02}:{30 * (at % 2):02}" for at in (place, place + 1))
    cells = {
        "reference": f"F-{number}",
        "voucher": provider_api.vouchers[number % len(provider_api.vouchers)],
        "service": "PERSONAL_ASSISTANCE",
        "service_day": f"{1 + day}.11.2026",
        "start": start,
        "end": end,
        "quantity": "0,50",
        "unit": "hour",
        "unit_price": "36,00",
        "total": "18,00",
        **fields,
    }
    return ";".join(cells.get(name, "") for name in HEADER.split(";"))


def table(*rows: str) -> bytes:
    return ("\n".join([HEADER, *rows]) + "\n").encode()


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_good_rows_go_in_and_bad_ones_come_back(provider_api: ProviderApi) -> None:
    data = table(
        row(provider_api, 0),
        row(provider_api, 1, unit_price="99,00", note="=1+1"),
        row(provider_api, 2),
        row(provider_api, 3, voucher="NOPE"),
    )
    answer = provider_api.send_file(data)
    body = answer.get_json()
    assert answer.status_code == 201
    assert body["sha256"] == sha256(data).hexdigest()
    assert [body[name] for name in ("rows", "accepted", "refused", "on_hold", "duplicates")] == [
        4,
        2,
        2,
        0,
        0,
    ]
    assert [(result["row"], result["reference"], result["outcome"]) for result in body["results"]] == [
        (2, "F-0", "accepted"),
        (3, "F-1", "refused"),
        (4, "F-2", "accepted"),
        (5, "F-3", "refused"),
    ]
    refused = read_csv(provider_api.read(f"/charge-files/{body['id']}/refused.csv"))
    assert [
        (cells["reference"], cells["file_row"], cells["unit_price"], cells["note"]) for cells in refused
    ] == [
        ("F-1", "3", "99.00", "'=1+1"),
        ("F-3", "5", "36.00", ""),
    ]
    assert refused[1]["reason_codes"] == "voucher_unknown"
    assert "Check the code" in refused[1]["reasons"]


def test_a_cancelled_visit_in_a_file(provider_api: ProviderApi) -> None:
    """Told in two columns of its own; rows without them are ordinary, and bad ones come back with them."""
    provider_api.session.get_one(Offering, provider_api.offering_id).cancel_share_percent = 50
    provider_api.session.commit()
    rows = [
        row(provider_api, 0, unit_price="18,00", total="9,00") + ";client_ill;1,5",
        row(provider_api, 1, unit_price="18,00", total="9,00") + ";client_absent;24",
        row(provider_api, 2) + ";;",
        row(provider_api, 3) + ";rain;2",
    ]
    text = "\n".join([f"{HEADER};cancel_reason;notice_hours", *rows])
    body = provider_api.send_file(text.encode()).get_json()
    codes = [[reason["code"] for reason in result["reasons"]] for result in body["results"]]
    assert codes == [[], ["cancellation_rule"], [], ["field_malformed"]]
    refused = read_csv(provider_api.read(f"/charge-files/{body['id']}/refused.csv"))
    assert [(row["cancel_reason"], row["notice_hours"]) for row in refused] == [
        ("client_absent", "24"),
        ("rain", "2"),
    ]


def test_the_same_file_again_gives_the_same_answer_and_stores_nothing(provider_api: ProviderApi) -> None:
    data = table(row(provider_api, 0), row(provider_api, 1, voucher="NOPE"))
    first = provider_api.send_file(data)
    again = provider_api.send_file(data)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    assert (provider_api.count(Charge), provider_api.count(ChargeFile)) == (2, 1)


def test_rows_sent_before_in_another_file_are_duplicates(provider_api: ProviderApi) -> None:
    provider_api.send_file(table(row(provider_api, 0), row(provider_api, 1)))
    body = provider_api.send_file(
        table(row(provider_api, 0), row(provider_api, 1), row(provider_api, 2))
    ).get_json()
    assert [body[name] for name in ("rows", "accepted", "duplicates")] == [3, 1, 2]
    assert [result["duplicate"] for result in body["results"]] == [True, True, False]
    assert provider_api.count(Charge) == 3


def test_the_refused_file_can_be_corrected_and_sent(provider_api: ProviderApi) -> None:
    body = provider_api.send_file(
        table(row(provider_api, 0, unit_price="99,00"), row(provider_api, 1))
    ).get_json()
    refused = provider_api.read(f"/charge-files/{body['id']}/refused.csv")
    corrected = provider_api.send_file(refused.replace("99.00", "36.00").encode()).get_json()
    assert (corrected["rows"], corrected["accepted"], corrected["unknown_columns"]) == (1, 1, [])


def test_a_dry_run_decides_and_stores_nothing(provider_api: ProviderApi) -> None:
    data = table(row(provider_api, 0), row(provider_api, 1, voucher="NOPE"))
    answer = provider_api.send_file(data, "?dry_run=true")
    assert (answer.status_code, answer.get_json()["id"]) == (200, None)
    assert (answer.get_json()["accepted"], answer.get_json()["refused"]) == (1, 1)
    assert (provider_api.count(Charge), provider_api.count(ChargeFile)) == (0, 0)
    assert provider_api.send_file(data).status_code == 201


def test_multipart_with_a_mapping(provider_api: ProviderApi) -> None:
    text = f"Kuitti,Seteli,Pvm,Määrä\nM-1,{provider_api.voucher},16.11.2026,1\n"
    mapping = """decimal = ","
encoding = "cp1252"
[columns]
reference = "Kuitti"
voucher = "Seteli"
service_day = "Pvm"
quantity = "Määrä"
service.constant = "PERSONAL_ASSISTANCE"
unit.constant = "hour"
unit_price.constant = "36.00"
"""
    form = {"file": (io.BytesIO(text.encode("cp1252")), "kuitit.csv"), "mapping": mapping, "dry_run": "false"}
    answer = provider_api.web.post("/api/v1/charge-files", data=form, headers=provider_api.headers())
    assert answer.status_code == 201, answer.text
    assert (answer.get_json()["name"], answer.get_json()["accepted"]) == ("kuitit.csv", 1)


def test_a_spreadsheet(provider_api: ProviderApi) -> None:
    book = openpyxl.Workbook()
    for line in table(row(provider_api, 0), row(provider_api, 1)).decode().splitlines():
        book.active.append(line.split(";"))
    out = io.BytesIO()
    book.save(out)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert provider_api.send_file(out.getvalue(), content_type=kind).get_json()["accepted"] == 2


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "file_empty"),
        (b"nothing;here\n1;2\n", 422, "file_no_header"),
        (b"reference;voucher\nR;V\n", 422, "column_missing"),
        (HEADER.encode() + b"\nR;\0", 422, "file_has_nul"),
        (HEADER.encode("utf-16"), 422, "file_utf16"),
        (b"%PDF-1.7", 422, "file_binary"),
        (HEADER.encode() + b"\n" + b"R;V\n" * 100_001, 413, "too_many_rows"),
    ],
)
def test_an_unreadable_file_is_reported_by_its_code(
    provider_api: ProviderApi, data: bytes, status: int, code: str
) -> None:
    answer = provider_api.send_file(data)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert answer.get_json()["errors"][0]["code"] == code
    assert provider_api.count(ChargeFile) == 0


def test_a_body_that_is_no_file(provider_api: ProviderApi) -> None:
    url = "/api/v1/charge-files"
    post = provider_api.web.post
    assert post(url, data=b"x").status_code == 401
    assert provider_api.send_file(b"{}", content_type="application/json").status_code == 415
    assert (
        post(
            url, data={"mapping": ""}, headers=provider_api.headers(), content_type="multipart/form-data"
        ).status_code
        == 422
    )
    bad = {"file": (io.BytesIO(b"x"), "a"), "colour": "blue"}
    assert (
        post(url, data=bad, headers=provider_api.headers()).get_json()["errors"][0]["code"] == "field_unknown"
    )
    assert provider_api.send_file(b"x", "?mapping=%7B").get_json()["errors"][0]["field"] == "mapping"
    assert provider_api.send_file(b"\x89PNG\r\n\x1a\n").get_json()["errors"][0]["field"] == "file"
    assert provider_api.send_file(b"x", "?mapping=%7B").get_json()["code"] == "mapping_malformed"
    assert (
        provider_api.web.post(
            url, data=b"x" * (41 * 2**20), headers=provider_api.headers(), content_type="text/csv"
        ).status_code
        == 413
    )


def test_another_provider_sees_no_file(provider_api: ProviderApi) -> None:
    file_id = provider_api.send_file(table(row(provider_api, 0))).get_json()["id"]
    for path in (f"/charge-files/{file_id}", f"/charge-files/{file_id}/refused.csv", "/charge-files/999"):
        provider_api.read(path, status=404, key=provider_api.stranger_key)


def test_ten_thousand_charges_with_three_percent_faulty(fresh_database: str, tmp_path: Path) -> None:
    faults = ({"unit_price": "99,00"}, {"voucher": "NOPE"}, {"quantity": "x"}, {"service_day": "1.1.2027"})
    with open_sized_provider_api(
        fresh_database, tmp_path, fundings=50, amount_cents=1_000_000
    ) as provider_api:
        faulty = set(range(7, 10_000, 33))
        rows = [
            row(provider_api, n, **(faults[n % len(faults)] if n in faulty else {})) for n in range(10_000)
        ]
        body = provider_api.send_file(table(*rows)).get_json()
        assert (body["rows"], body["accepted"], body["refused"]) == (
            10_000,
            10_000 - len(faulty),
            len(faulty),
        )
        assert (body["pages"], len(body["results"])) == (10, 1_000)
        refused = read_csv(provider_api.read(f"/charge-files/{body['id']}/refused.csv"))
        assert {int(cells["file_row"]) - 2 for cells in refused} == faulty
        last = provider_api.read(f"/charge-files/{body['id']}?page=10")
        assert last["results"][-1]["reference"] == "F-9999"
        before = balances(provider_api)
        assert provider_api.send_file(table(*rows)).get_json()["id"] == body["id"]
        assert (balances(provider_api), provider_api.count(Charge)) == (before, 10_000)


def balances(provider_api: ProviderApi) -> list[object]:
    provider_api.session.rollback()
    return [
        balance_of(provider_api.session, funding.id)
        for funding in provider_api.session.query(Funding).order_by(Funding.id)
    ]
