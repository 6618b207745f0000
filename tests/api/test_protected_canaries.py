"""A3: where a client with a protected address lives is in no answer, file, mail or log of strangers to it.

The clients of the small world live in one town, and another one has nobody: public lists name both
equally often, so an answer that names the first one more often gives something away.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, text, update

from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import Municipality
from foundation.database.tables.outbox import OutboxMessage
from foundation.vocabulary.roles import PROVIDER_ROLES, Role
from tests.api.conftest import SeededApp
from tests.api.test_canaries import written_log
from tests.api.test_looks import Readers, open_readers
from tests.pages.logged_in import logged_in_by_key

HOME, EMPTY = "Kanariala", "Tyhjala"
CODES = {HOME: "998", EMPTY: "999"}
SHORT = (Role.PROVIDER_BILLER, Role.WORKER)
ROLES = [
    role if role in SHORT else pytest.param(role, marks=pytest.mark.long)
    for role in Role
    if role not in (Role.CLIENT, Role.REPRESENTATIVE, Role.ADMIN)
]
WITH_ONE_CLIENT = ("/tt/asiakas/", "/tt/myonna")
"""Where a worker works with one client, and so sees the municipality."""


@pytest.fixture(scope="module")
def protected(seeded_app: SeededApp) -> Iterator[Readers]:
    """The small world, in which every client has a protected address in one town."""
    with open_readers(seeded_app) as readers:
        session = readers.session
        county_id = session.scalars(select(Client.county_id).order_by(Client.id)).first()
        for name, code in CODES.items():
            place = {"latitude": 61.5, "longitude": 27.5 if name == HOME else 28.9}
            session.add(Municipality(code=code, county_id=county_id, name_fi=name, name_sv=name, **place))
        session.flush()
        values = {"protected_address": True, "latitude": None, "longitude": None}
        session.execute(update(Client).values(municipality_code=CODES[HOME], **values))
        session.commit()
        yield readers


def gives_away(answer: str) -> bool:
    """Whether an answer names the town of the clients, or its code, more often than the empty one."""
    return any(answer.count(home) != answer.count(empty) for home, empty in (CODES.keys(),))


def as_visitor(readers: Readers, path: str) -> str:
    """What everybody reads at an address: the map of a search names the towns that fit on it."""
    return readers.seeded.app.test_client().get(path).get_data(as_text=True)


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_no_answer_gives_the_town_away(protected: Readers, role: Role) -> None:
    found = list[str]()
    with written_log() as log:
        for path in protected.paths():
            if gives_away(protected.get(role, path)) and not gives_away(as_visitor(protected, path)):
                found += [] if role is Role.WORKER and path.startswith(WITH_ONE_CLIENT) else [path]
    assert found == []
    assert HOME not in log.getvalue()


def test_a_worker_with_a_reason_sees_it_and_that_is_in_the_log(protected: Readers) -> None:
    """A reader that sees nothing anywhere would find nothing wrong."""
    key = protected.seeded.world.api_key(Role.WORKER.value)
    browser = logged_in_by_key(protected.seeded.app.test_client(), protected.session, key)
    path = f"/tt/asiakas/{protected.values['client_id'][0]}"
    before = protected.last_row()
    question = browser.page(path, lang="en")
    assert not gives_away(question.texts())
    assert not _reads_since(protected, before)
    assert gives_away(browser.send(question, {"reason": "handling"}).texts())
    assert _reads_since(protected, before)


def _reads_since(readers: Readers, row_id: int) -> bool:
    readers.session.rollback()
    query = select(AuditEvent.id).where(AuditEvent.id > row_id, AuditEvent.act == "client.address")
    return readers.session.scalars(query).first() is not None


def test_no_mail_gives_it_away(protected: Readers) -> None:
    bodies = [str(message.body) for message in protected.session.scalars(select(OutboxMessage))]
    assert [body for body in bodies if HOME in body] == []


@pytest.mark.parametrize("role", PROVIDER_ROLES, ids=str)
def test_a_provider_reads_that_the_address_is_protected(protected: Readers, role: Role) -> None:
    visits = protected.seeded.app.test_client().get(
        "/api/v1/visits?from=2026-11-16&to=2026-12-13", headers=protected.seeded.headers(role)
    )
    items = visits.get_json()["items"]
    assert items
    assert all(visit["address_protected"] for visit in items)
    week = protected.get(role, "/t/kaynnit")
    assert "Osoitesuojattu" in week


def test_no_distance_is_kept_from_which_it_could_be_inferred(protected: Readers) -> None:
    kept = text(
        "SELECT count(*) FROM client WHERE protected_address AND num_nonnulls(latitude, longitude) > 0"
    )
    assert protected.session.scalar(kept) == 0
