"""Of 2,000 rows with faults of every kind in 2 %, exactly these come back, each with its code."""

from __future__ import annotations

from pathlib import Path

from benchmarks.faulty_rows import KINDS, FaultyFile, faulty_file, found_in
from tests.builders.provider_api import ProviderApi, open_sized_provider_api

ROWS = 2_000


def good_row(api: ProviderApi, number: int) -> dict[str, str]:
    """One hour; no two share a voucher and an hour."""
    turn, place = divmod(number, len(api.vouchers))
    day, hour = divmod(turn, 10)
    return {
        "reference": f"F-{number}",
        "voucher": api.vouchers[place],
        "service": "PERSONAL_ASSISTANCE",
        "service_day": f"{1 + day}.11.2026",
        "start": f"{8 + hour}.00",
        "end": f"{9 + hour}.00",
        "quantity": "1,00",
        "unit": "hour",
        "unit_price": "36,00",
        "note": "Käynti",
    }


def test_only_the_faulty_rows_come_back(fresh_database: str, tmp_path: Path) -> None:
    with open_sized_provider_api(fresh_database, tmp_path, fundings=40, amount_cents=1_000_000) as api:
        file = faulty_file(good_row(api, number) for number in range(ROWS))
        sent = api.send_file(file.data).get_json()
        assert (sent["rows"], sent["accepted"], sent["refused"]) == (ROWS, ROWS - 40, 40)
        refused = api.get(f"/charge-files/{sent['id']}/refused").data.decode("cp1252")
        assert found_in(refused, file) == file.by_kind
        assert set(file.by_kind) == {name for name, _code, _changed in KINDS}, "every kind is planted"


def test_a_row_that_is_not_found_is_counted() -> None:
    file = FaultyFile(b"", {2: "no voucher", 3: "no service"})
    refused = "file_row;reason_codes\r\n2;field_missing\r\n3;too_late\r\n9;too_late\r\n"
    assert found_in(refused, file) == {"no voucher": 1, "misnamed: no service": 1, "not planted": 1}
