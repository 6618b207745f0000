"""A search reads each thing once: the list of the API with a voucher, and a visitor's page of results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, select

from clearing.grants.load.fundings import fundings
from clearing.plans.load.funding_plans import plans_of_fundings
from foundation.database.tables.grants import Funding
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.money import Money
from marketplace.load.search import page_statement
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Search, Wishes
from tests.builders.api import NO_KEY
from tests.builders.client_api import ClientApi
from tests.builders.county import TODAY

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


def test_searches_that_differ_in_their_values_alone_share_a_statement(client_api: ClientApi) -> None:
    near = Wishes(municipality="491", near=Place(61.7, 27.2), within_km=30.0, max_price=Money(4500))
    far = Wishes(municipality="740", near=Place(61.9, 28.9), within_km=5.0, max_price=Money(9900))
    searches = [
        Search(wishes, day, Sort.FIT)
        for wishes, day in ((near, TODAY), (far, TODAY + ONE_DAY), (Wishes(municipality="491"), TODAY))
    ]
    of_near, of_far, other = (
        page_statement(client_api.session, search, 0, 3, [Wishes(language="fi")]) for search in searches
    )
    assert of_near[0] is of_far[0] is not other[0]
    assert of_near[1] != of_far[1]
    assert of_near[1].keys() == of_far[1].keys()


def test_the_plans_of_several_fundings_take_no_more_statements(client_api: ClientApi) -> None:
    session = client_api.session
    found = list(fundings(session, session.scalars(select(Funding.id)).all(), lock=False).values())
    assert len(found) > 1
    totals = []
    for some in (found[:1], found):
        with statements() as read:
            assert plans_of_fundings(session, some, TODAY).keys() == {funding.id for funding in some}
        totals.append(read.total())
    assert totals[0] == totals[1] > 0


def test_a_list_of_many_offerings_takes_no_more_statements(client_api: ClientApi) -> None:
    totals = []
    for size in (1, 3):
        with statements() as found:
            client_api.read(f"/offerings?page_size={size}", key=NO_KEY)
        totals.append(found.total())
    assert totals[0] == totals[1] > 0
