"""A filled book of an earlier release: its money stays the same on the way up, down and up again.

`books/at_0013.sql.xz` has the rows of the demo county as commit 6e3578e made it: 126 vouchers, 2,181
charges, three closed runs, one sent and one approved. Bank account 2 was confirmed by the person who had
entered it.
`python -m benchmarks.programme.upgrade` does the same at full size, with the earlier release and a load.
"""

import lzma
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.gateways.anchor_file import AnchorFile
from clearing.payments.actions.export_bank_file import export_bank_file
from clearing.upkeep.actions.anchor_audit import AuditProof, anchor_audit
from clearing.upkeep.actions.seal_audit import seal_audit
from clearing.upkeep.actions.verify_books import verify_books
from foundation.database.migrate import Watch, downgrade, upgrade
from foundation.database.session import make_engine
from foundation.vocabulary.roles import Actor, Role
from tests.builders import NOW
from tests.builders.audit import AUDIT_KEYS

pytestmark = [pytest.mark.long, pytest.mark.slow]

BEFORE = "0013"
ROWS = Path(__file__).parent / "books" / "at_0013.sql.xz"
APPROVED_RUN = 8
EXPORTED_BEFORE = "1a42985b5774a9562e1e17357195cf37a632568378f469a116e97ba69a7210f6"
"""The digest of the bank file that the earlier release makes of that run at this time."""
BALANCES = """
SELECT funding_id, granted_cents, free_cents, held_cents, charged_cents, settled_cents, returned_cents
FROM balance ORDER BY funding_id
"""
COLUMNS = """
SELECT table_name, string_agg(quote_ident(column_name), ', ' ORDER BY column_name)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' GROUP BY table_name
"""

Balances = list[tuple[int, ...]]


class Book:
    """The book, at whichever revision it is."""

    def __init__(self, url: str, anchors: Path) -> None:
        self.url = url
        self.engine = make_engine(url)
        self.proof = AuditProof(AUDIT_KEYS, AnchorFile(anchors, single=True))

    def write(self, statement: str) -> None:
        with self.engine.begin() as connection:
            connection.exec_driver_sql(statement)

    def fill(self, statements: bytes) -> None:
        """Insert rows in any order: no trigger and no foreign key looks at them."""
        with self.engine.begin() as connection:
            cursor = connection.connection.cursor()
            cursor.execute("SET LOCAL session_replication_role = replica; DELETE FROM facts_version")
            cursor.execute(statements)

    def balances(self) -> Balances:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(BALANCES))]

    def rows(self) -> dict[str, list[str]]:
        """Return the rows of every table as texts, whatever the order of the columns in it."""
        with self.engine.connect() as connection:
            return {
                table: sorted(connection.scalars(text(f"SELECT ({columns})::text FROM {table}")))
                for table, columns in connection.execute(text(COLUMNS)).all()
            }

    def differences(self) -> list[str]:
        with Session(self.engine.execution_options(isolation_level="REPEATABLE READ")) as session:
            return [difference.name for difference in verify_books(session, self.proof).differences]

    def act(self, action: Callable[[Session], object]) -> object:
        with Session(self.engine) as session:
            result = action(session)
            session.commit()
        return result

    def seal(self) -> None:
        self.act(lambda session: seal_audit(session, AUDIT_KEYS, now=NOW))
        assert self.act(lambda session: anchor_audit(session, self.proof, now=NOW)) is not None


@pytest.fixture
def book(fresh_database: str, tmp_path: Path) -> Iterator[Book]:
    downgrade(fresh_database, BEFORE)
    book = Book(fresh_database, tmp_path / "anchors")
    book.fill(lzma.decompress(ROWS.read_bytes()))
    yield book
    book.engine.dispose()


def test_the_balances_stay_and_the_books_agree(book: Book) -> None:
    balances = book.balances()
    assert len(balances) == 126
    assert sum(row[5] for row in balances) > 0
    upgrade(book.url)
    assert book.balances() == balances
    assert book.differences() == []


def test_a_downgrade_brings_back_every_row(book: Book) -> None:
    rows = book.rows()
    heard: list[str] = []
    upgrade(book.url)
    book.seal()
    downgrade(book.url, BEFORE, watch=Watch(heard.append))
    assert heard[-1] == (
        "Tables removed with their rows: dispute 3, dispute_entry 3, funding_to_replan 114, "
        "listed_offering 58, plan_pattern 114, search_word 668"
    )
    found = book.rows()
    changed = {table for table in rows if rows[table] != found[table]}
    assert changed == {"audit_link", "bank_account", "client", "facts_version"}
    assert set(found) == {*rows, "audit_seal_kept"}
    assert found["audit_link"] == []  # the earlier release links all rows again
    assert len(set(rows["bank_account"]) - set(found["bank_account"])) == 1  # confirmed by one person alone
    protected = set(rows["client"]) - set(found["client"])  # their places on the map are gone for good
    assert all(row.endswith(",t)") for row in protected)


def test_a_run_that_was_approved_before_gives_the_same_bank_file(book: Book) -> None:
    upgrade(book.url)
    approver = _approver(book)
    file = book.act(lambda session: export_bank_file(session, APPROVED_RUN, actor=approver, now=NOW))
    assert isinstance(file, bytes)
    assert sha256(file).hexdigest() == EXPORTED_BEFORE
    assert book.differences() == []


def test_what_was_sealed_before_a_downgrade_is_proven_after_another_upgrade(book: Book) -> None:
    upgrade(book.url)
    book.seal()
    book.write(_ADD_AUDIT)
    book.seal()
    balances = book.balances()
    downgrade(book.url, BEFORE)
    book.write(_ADD_AUDIT)
    upgrade(book.url)
    assert book.differences() == []
    assert book.balances() == balances
    book.seal()
    assert book.differences() == []
    book.write(
        "ALTER TABLE audit_event DISABLE TRIGGER USER; UPDATE audit_event SET why = 'x' WHERE id = 478"
    )
    assert book.differences() == ["audit:478"]


_ADD_AUDIT = """
INSERT INTO audit_event (at, actor_name, act, subject_kind, subject_id, why, detail)
VALUES (now(), 'Somebody', 'client.look', 'client', '1', '', '{}')
"""


def _approver(book: Book) -> Actor:
    with book.engine.connect() as connection:
        person_id, county_id = connection.execute(
            text("SELECT person_id, county_id FROM role_grant WHERE role = 'settlement_approver'")
        ).one()
    return Actor(person_id, Role.SETTLEMENT_APPROVER, "Approver", county_id, None, frozenset())
