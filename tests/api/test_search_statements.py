"""A search reads each thing once: the list of the API with a voucher, and a visitor's page of results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from tests.builders.api import NO_KEY
from tests.builders.client_api import ClientApi

MOST_OF_A_LIST, MOST_OF_A_PAGE = 14, 11


@contextmanager
def statements() -> Iterator[Counter[str]]:
    """Count the statements of the block by their text."""
    found: Counter[str] = Counter()

    def note(_connection: object, _cursor: object, statement: str, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            found[statement] += 1

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_list_with_own_shares_reads_each_thing_once(client_api: ClientApi) -> None:
    query = f"service=PERSONAL_ASSISTANCE&municipality=491&voucher={client_api.voucher}&sort=own_share"
    client_api.read(f"/offerings?{query}")
    with statements() as found:
        body = client_api.read(f"/offerings?{query}")
    assert body["total"] > 1
    assert [text for text, times in found.items() if times > 1] == []
    assert found.total() <= MOST_OF_A_LIST


def test_a_page_of_results_reads_each_thing_once(client_api: ClientApi) -> None:
    address = "/etsi/tulokset?service=PERSONAL_ASSISTANCE&municipality=491"
    with statements() as found:
        assert client_api.web.get(address).status_code == 200
    assert [text for text, times in found.items() if times > 1] == []
    assert 0 < found.total() <= MOST_OF_A_PAGE


def test_a_list_of_many_offerings_takes_no_more_statements(client_api: ClientApi) -> None:
    totals = []
    for size in (1, 3):
        with statements() as found:
            client_api.read(f"/offerings?page_size={size}", key=NO_KEY)
        totals.append(found.total())
    assert totals[0] == totals[1] > 0
