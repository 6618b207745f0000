"""Every page and operation for clients against every kind of mandate, from the table of `mandate_operations`.

A new page or operation that helpers use, without a row in the table, breaks the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import Connection, delete, update
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from foundation.database.columns import days
from foundation.database.tables.clients import Client
from foundation.database.tables.help_requests import HelpRequest
from foundation.database.tables.mandates import MandateFunding
from foundation.database.tables.people import Mandate
from foundation.vocabulary.roles import Role
from foundation.web.identity.guards import guard_of
from foundation.web.state import EXTENSION
from tests.builders.client_api import HELPER, ClientApi
from tests.builders.county import NOW, TODAY
from tests.builders.limits import guess_window
from tests.builders.mandate_world import OF_ALL, OF_FIRST, OF_SECOND, Ids, store_objects
from tests.pages.logged_in import logged_in_by_key
from tests.security.conftest import token_of
from tests.security.mandate_operations import ALWAYS, ASKED, NOT_ASKED, TABLE, document_of, path_of, sent_with

MARK = re.compile(r'name="mark" value="(\w+)"')
CONVERTER = re.compile("<[^:>]+:")
RIGHTS = ("see", "propose", "choose", "move", "confirm")
DEAD: dict[str, dict[str, object]] = {
    "ended": {"valid": days(TODAY - timedelta(days=9), TODAY - timedelta(days=1))},
    "not begun": {"valid": days(TODAY + timedelta(days=1), None)},
    "revoked": {"revoked_at": NOW},
}


@dataclass(frozen=True)
class Kind:
    """A kind of mandate: its rights, its vouchers (`all`, `first` or `second`), and why it is dead."""

    rights: tuple[str, ...]
    vouchers: str = "all"
    dead: str = ""

    def __str__(self) -> str:
        """Return the name of the test's case."""
        return " ".join(filter(None, ("+".join(self.rights), self.vouchers, self.dead)))

    def opens(self, row: str) -> bool:
        """Return whether a mandate of this kind opens an operation."""
        right, reach = TABLE[row]
        reached = {"any": True, "voucher": self.vouchers != "second", "all": self.vouchers == "all"}[reach]
        return not self.dead and reached and bool({"see", *self.rights} & set(right.split(" or ")))


KINDS = [
    *(Kind((right,), vouchers) for right in RIGHTS for vouchers in ("all", "first")),
    Kind(RIGHTS, "second"),
    *(Kind(RIGHTS, vouchers, dead) for dead in DEAD for vouchers in ("all", "first")),
]
SHORT = (Kind(("choose",), "first"), Kind(RIGHTS, "second"))
"""The kinds of the short ring; the others are in the long one."""


def rows_of(app: Flask) -> set[str]:
    """Return every operation that a representative's role opens, as a row of the table names it."""
    return {
        f"{method} {CONVERTER.sub('<', rule.rule)}"
        for rule in app.url_map.iter_rules()
        if Role.REPRESENTATIVE in (guard_of(app.view_functions[rule.endpoint]) or ())
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_operation_has_a_row_and_every_row_an_operation(client_api: ClientApi) -> None:
    assert rows_of(client_api.web.application) == set(TABLE) | ALWAYS


@dataclass(frozen=True)
class Tried:
    """The helper's browser and key. Each request runs in a savepoint that is rolled back."""

    api: ClientApi
    connection: Connection
    ids: Ids
    token: str

    def give(self, kind: Kind) -> None:
        """Make the helper's mandate one of this kind."""
        key, own = self.ids["mandate"], {f"may_{right}": right in ("see", *kind.rights) for right in RIGHTS}
        values = {**own, "all_fundings": kind.vouchers == "all", **DEAD.get(kind.dead, {})}
        self.connection.execute(delete(MandateFunding).where(MandateFunding.mandate_id == key))
        self.connection.execute(update(Mandate).where(Mandate.id == key).values(values))
        if kind.vouchers != "all":
            funding_id = self.ids["funding_id" if kind.vouchers == "first" else "second_id"]
            named = {"mandate_id": key, "funding_id": funding_id, "client_id": self.ids["client_id"]}
            self.connection.execute(MandateFunding.__table__.insert().values(named))  # type: ignore[attr-defined]
        self.api.web.application.extensions[EXTENSION].guesses = guess_window()

    def send(self, row: str, *, wish: str = "") -> TestResponse:
        """Send an operation on the objects of the first voucher, with a wish or without; undo what it
        stored."""
        method, path = row.split(" ", 1)[0], path_of(row, self.ids)
        undone = self.connection.begin_nested()
        try:
            if path.startswith("/api/"):
                document = document_of(row, self.ids)
                if wish:
                    document = (document or {}) | {"client_wish": {"kind": "other", "words": wish}}
                return self.api.send(method, path.removeprefix("/api/v1"), document, key=HELPER)
            sent = sent_with(row, self.ids) | ({"wish": "other", "wish_words": wish} if wish else {})
            form = {"csrf_token": self.token, "for_client": self.ids["client_id"], **sent}
            if method == "GET":
                return self.api.web.get(path, query_string=sent)
            return self.api.web.post(path, data=form)
        finally:
            undone.rollback()

    def follow(self, address: str) -> TestResponse:
        """Open a link."""
        undone = self.connection.begin_nested()
        try:
            return self.api.web.get(address)
        finally:
            undone.rollback()


@pytest.fixture
def tried(client_api: ClientApi) -> Iterator[Tried]:
    ids = store_objects(client_api)
    client = client_api.session.get_one(Client, client_api.client_id)
    ids |= {"client_id": client.id, "client_number": client.number, "funding_id": client_api.funding_id}
    ids |= {"size": "a6", "month": f"{TODAY:%Y-%m}"}
    browser = logged_in_by_key(client_api.web, client_api.session, HELPER)
    with client_api.web.session_transaction() as cookie:
        cookie["acting_for"] = client.id
    token = token_of(browser.web)
    bind = client_api.session.get_bind()
    client_api.session.close()
    with bind.connect() as connection:  # type: ignore[union-attr]
        connection.begin()
        sessions = sessionmaker(
            connection, class_=Session, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        shell = client_api.web.application.extensions[EXTENSION]
        shell.sessions = shell.system_sessions = sessions
        yield Tried(client_api, connection, ids, token)


def is_closed(answer: TestResponse) -> bool:
    """Return whether an answer refuses: by its status, with the list of clients, or with an empty list."""
    if answer.status_code in (401, 403, 404) or answer.headers.get("Location") == "/puolesta":
        return True
    if not answer.is_json:
        return False
    unknown = any(f"{noun}_unknown" in answer.text for noun in ("voucher", "client"))
    return (unknown and answer.status_code != 200) or (answer.get_json(silent=True) or {}).get("items") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [kind if kind in SHORT else pytest.param(kind, marks=pytest.mark.long) for kind in KINDS],
    ids=str,
)
def test_a_mandate_opens_what_the_table_says_and_nothing_else(tried: Tried, kind: Kind) -> None:
    tried.give(kind)
    found, said = {}, {}
    for row in TABLE:
        answer = tried.send(row)
        assert answer.status_code < 500, row
        found[row] = not is_closed(answer)
        said[row] = answer.text if (answer.status_code, answer.mimetype) == (200, "text/html") else ""
    wrong = {row: opened for row, opened in found.items() if opened is not kind.opens(row)}
    assert wrong == {}
    hidden = {"all": (), "first": (OF_SECOND, OF_ALL), "second": (OF_FIRST, OF_ALL)}[kind.vouchers]
    shown = {(row, word) for row, text in said.items() for word in hidden if word in text}
    assert shown == set()
    pages = [said[row] for row, opened in found.items() if opened and said[row]]
    assert list(closed_links(tried, pages)) == []


@pytest.mark.slow
def test_a_guardian_is_asked_before_each_act_that_decides(tried: Tried) -> None:
    tried.give(Kind(RIGHTS))
    first = HelpRequest.id == tried.ids["request_id"]
    tried.connection.execute(update(HelpRequest).where(first).values(withdrawn_at=NOW))
    tried.ids["offering_id"] = tried.api.dear
    tried.ids["mark"] = MARK.findall(tried.send("GET /oma/siirra/tarkista").text)[0]
    acts = {row for row in TABLE if not row.startswith("GET")}
    assert acts == ASKED | NOT_ASKED
    assert {row for row in acts if asks(tried.send(row))} == set()
    guardian = update(Mandate).where(Mandate.id == tried.ids["mandate"]).values(kind="guardian")
    tried.connection.execute(guardian)
    assert {row for row in acts if asks(tried.send(row))} == ASKED
    done = {row: tried.send(row, wish="Hän pudisti päätään").status_code for row in sorted(ASKED)}
    assert {row: status for row, status in done.items() if status not in (200, 201, 302)} == {}


def asks(answer: TestResponse) -> bool:
    """Return whether an answer asks what the client wants."""
    return (b"client_wish_needed" if answer.is_json else b'name="wish_words"') in answer.get_data()


def closed_links(tried: Tried, pages: list[str]) -> Iterator[str]:
    """Return the links of the pages, one or two to each kind of page, that are closed to the helper."""
    addresses = tried.api.web.application.url_map.bind("localhost")
    seen: dict[str, set[str]] = {}
    for link in dict.fromkeys(
        link for text in pages for link in html.document_fromstring(text).xpath("//a/@href")
    ):
        try:
            endpoint = addresses.match(urlsplit(link).path, method="GET")[0]
        except HTTPException:
            continue
        if not link.startswith("#") and len(seen.setdefault(endpoint, set())) < 2:
            seen[endpoint].add(link)
    yield from (link for links in seen.values() for link in links if is_closed(tried.follow(link)))
