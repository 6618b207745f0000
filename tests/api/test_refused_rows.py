"""The refused rows of a long file are read some at a time and sent from a temporary file."""

from __future__ import annotations

import csv
import io

from sqlalchemy import select

from foundation.database.tables.audit import AuditEvent
from provider_portal.load.charge_files import names_sent, refused_rows, row_answers, rows_to_check
from tests.builders.provider_api import ProviderApi

HEADER = "reference;voucher;service;service_day;quantity;unit;unit_price"


def send(api: ProviderApi, *, rows: int) -> int:
    """Send a file whose even rows are refused; return its id."""
    lines = [HEADER]
    for at in range(rows):
        price = "99,00" if at % 2 == 0 else "36,00"
        lines.append(f"R{at};{api.voucher};PERSONAL_ASSISTANCE;2026-11-{at + 1:02};1;hour;{price}")
    answer = api.send_file("\n".join(lines).encode())
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def test_all_refused_rows_come_in_order_however_few_are_read_at_a_time(provider_api: ProviderApi) -> None:
    file_id = send(provider_api, rows=9)
    for at_a_time in (1, 2, 3, 100):
        rows = [row.row for row in refused_rows(provider_api.session, file_id, at_a_time)]
        assert rows == [2, 4, 6, 8, 10]
    assert names_sent(provider_api.session, file_id) == sorted(HEADER.split(";"))


def test_a_window_of_the_results_and_the_rows_to_check(provider_api: ProviderApi) -> None:
    file_id = send(provider_api, rows=9)
    window = row_answers(provider_api.session, file_id, first=3, count=4)
    assert [row.row for row in window] == [5, 6, 7, 8]
    assert row_answers(provider_api.session, file_id, first=3, count=0) == []
    rows, total = rows_to_check(provider_api.session, file_id, 2)
    assert ([row.row for row in rows], total) == ([2, 4], 5)


def test_the_file_is_sent_with_its_length_and_leaves_one_look(provider_api: ProviderApi) -> None:
    file_id = send(provider_api, rows=9)
    query = select(AuditEvent).where(AuditEvent.act == "client.look").order_by(AuditEvent.id)
    before = len(provider_api.session.scalars(query).all())
    answer = provider_api.get(f"/charge-files/{file_id}/refused.csv")
    assert answer.is_streamed
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [row["reference"] for row in rows] == ["R0", "R2", "R4", "R6", "R8"]
    provider_api.session.rollback()
    new = provider_api.session.scalars(query).all()[before:]
    assert [look.detail for look in new] == [{"rows": 5, "actor_provider_id": provider_api.provider_id}]
