"""Which fields of a client a role may know, and what is stored of a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from clearing.disclosure.rules.known_fields import Field, known_fields, without_unknown_fields
from clearing.disclosure.rules.looks import is_look, notes_of_looks
from clearing.ledger.facts.audit import AuditNote
from foundation.vocabulary.roles import Actor, Role

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WORKER = Actor(5, Role.WORKER, "Virpi", 12)
CLIENT = Actor(6, Role.CLIENT, "Aino", 12, client_ids=frozenset({1}))
HELPER = Actor(7, Role.REPRESENTATIVE, "Risto", 12, client_ids=frozenset({1}))
ALL, NONE = {"client_number", "client_name", "municipality"}, set[str]()
NO_ADDRESS = {"client_number", "client_name"}
NUMBER = {"client_number"}


@dataclass(frozen=True)
class Row:
    """A row about a client, with every field."""

    client_number: str | None = "C-1"
    client_name: str | None = "Aino"
    municipality: str | None = "491"
    has_protected_address: bool = False


@pytest.mark.parametrize(
    ("role", "purpose", "known", "known_if_protected"),
    [
        (Role.CLIENT, Purpose.ASKED, ALL, ALL),
        (Role.REPRESENTATIVE, Purpose.ACTS_FOR_CLIENT, ALL, ALL),
        (Role.REPRESENTATIVE, Purpose.ASKED, ALL, NO_ADDRESS),
        (Role.WORKER, Purpose.CASEWORK, ALL, ALL),
        (Role.WORKER, Purpose.GRANT, ALL, ALL),
        (Role.WORKER, Purpose.CLIENT_SEARCH, ALL, NO_ADDRESS),
        (Role.WORKER, Purpose.CASE_LIST, ALL, NO_ADDRESS),
        (Role.PROVIDER_OWNER, Purpose.PROVIDER_CHARGES, NO_ADDRESS, NO_ADDRESS),
        (Role.PROVIDER_BILLER, Purpose.PROVIDER_CHARGES, NO_ADDRESS, NO_ADDRESS),
        (Role.COORDINATOR, Purpose.APPROVAL, NUMBER, NUMBER),
        (Role.SETTLEMENT_OFFICER, Purpose.HELD_CHARGES, NUMBER, NUMBER),
        (Role.SETTLEMENT_APPROVER, Purpose.HELD_CHARGES, NUMBER, NUMBER),
        (Role.AUDITOR, Purpose.OVERSIGHT_OF_DATA, NUMBER, NUMBER),
        (Role.ADMIN, Purpose.OVERSIGHT_OF_DATA, NONE, NONE),
        (None, Purpose.OVERSIGHT_OF_DATA, NONE, NONE),
    ],
)
def test_which_fields_a_role_knows(
    role: Role | None, purpose: Purpose, known: set[str], known_if_protected: set[str]
) -> None:
    for is_protected, expected in ((False, known), (True, known_if_protected)):
        found = known_fields(role, purpose, is_protected=is_protected)
        assert {field.value for field in found} == expected
        shown = without_unknown_fields(Row(has_protected_address=is_protected), role, purpose)
        assert {field.value for field in Field if getattr(shown, field.value) is not None} == expected
        assert shown.has_protected_address is is_protected


def test_a_row_without_such_fields_stays_as_it_is() -> None:
    for row in (ClientKey(1, 12, "x"), Row(None, None, None)):
        assert without_unknown_fields(row, None, Purpose.ASKED) is row


@dataclass(frozen=True)
class RowWithoutProtection:
    """A row of a list that does not say whether the address is protected, because none is shown in it."""

    client_name: str | None = "Aino"
    municipality: str | None = "491"


def test_a_row_that_does_not_say_whether_it_is_protected_is_not() -> None:
    row = RowWithoutProtection()
    assert without_unknown_fields(row, Role.WORKER, Purpose.CLIENT_SEARCH) is row
    shown = without_unknown_fields(row, Role.PROVIDER_OWNER, Purpose.PROVIDER_CHARGES)
    assert (shown.client_name, shown.municipality) == ("Aino", None)


@pytest.mark.parametrize(
    ("actor", "client_id", "looks"),
    [
        (CLIENT, 1, False),
        (CLIENT, 2, True),
        (HELPER, 1, True),
        (WORKER, 1, True),
        (WORKER, None, False),
        (CLIENT, None, False),
    ],
)
def test_what_is_a_look(actor: Actor, client_id: int | None, looks: bool) -> None:
    assert is_look(actor, client_id) is looks
    notes = notes_of_looks(Look(actor, NOW, Purpose.ASKED, "charge", "subject"), [ClientKey(client_id, 12)])
    assert len(notes) == looks


def look(**changes: Any) -> Look:
    return Look(**{"actor": WORKER, "at": NOW, "purpose": Purpose.CASEWORK, "kind": "charge", **changes})


def test_one_note_for_each_client_names_the_first_rows_and_counts_all() -> None:
    rows = [ClientKey(1, 12, str(number)) for number in range(12)]
    rows[1:1] = [ClientKey(2, 13, "other"), ClientKey(None, 12, "nobody")]
    first, second = notes_of_looks(look(key="subject"), rows)
    assert first == AuditNote(
        actor=WORKER,
        at=NOW,
        act="client.look",
        subject_kind="charge",
        subject_id="0 1 2 3 4 5 6 7 8 9",
        detail={"rows": 12},
        county_id=12,
        client_id=1,
        why="Handles your matter",
    )
    assert (second.subject_id, second.detail, second.county_id, second.client_id) == ("other", {}, 13, 2)


def test_a_row_that_is_read_twice_is_named_once() -> None:
    (note,) = notes_of_looks(look(key="subject"), [ClientKey(1, 12, "7"), ClientKey(1, 12, "7")])
    assert (note.subject_id, note.detail) == ("7", {"rows": 2})


@pytest.mark.parametrize(
    ("why", "stored"),
    [
        ("Soitti", "Soitti"),
        ("  Soitti \n ja\tkysyi ", "Soitti ja kysyi"),
        ("a\x00b", "ab"),
        (" \x00 ", "Handles your matter"),
        ("", "Handles your matter"),
    ],
)
def test_the_readers_words_come_before_the_purpose(why: str, stored: str) -> None:
    (note,) = notes_of_looks(look(key="subject", why=why), [ClientKey(1, 12)])
    assert note.why == stored
