"""What each role may know of a client. A row reaches its reader without the fields that the reader may not
know."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Final, TypeVar

from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Role

Row = TypeVar("Row")


class Field(StrEnum):
    """Personal data of a client. The value is the name of the attribute in the rows that are disclosed."""

    NUMBER = "client_number"
    NAME = "client_name"
    MUNICIPALITY = "municipality"


ADDRESS: Final = frozenset({Field.MUNICIPALITY})
"""What reveals where a client lives."""

_ALL = frozenset(Field)
_PROVIDER = frozenset({Field.NUMBER, Field.NAME})
_NUMBER = frozenset({Field.NUMBER})
KNOWN_FIELDS: Final[Mapping[Role | None, frozenset[Field]]] = {
    Role.CLIENT: _ALL,
    Role.REPRESENTATIVE: _ALL,
    Role.WORKER: _ALL,
    Role.PROVIDER_OWNER: _PROVIDER,
    Role.PROVIDER_BILLER: _PROVIDER,
    Role.PROVIDER_WORKER: _PROVIDER,
    Role.COORDINATOR: _NUMBER,
    Role.SETTLEMENT_OFFICER: _NUMBER,
    Role.SETTLEMENT_APPROVER: _NUMBER,
    Role.AUDITOR: _NUMBER,
}
"""The fields that a role may know. A role that is not listed may know none."""

NEEDS_ADDRESS: Final = frozenset({Purpose.ACTS_FOR_CLIENT, Purpose.CASEWORK, Purpose.GRANT})
"""The purposes for which a protected address is shown: work with that one client, never a list."""


def known_fields(role: Role | None, purpose: Purpose, *, is_protected: bool) -> frozenset[Field]:
    """Return the fields that a role may know for a purpose.

    The address of a client with a protected address (turvakielto, Act 661/2009 section 36) is not in lists.
    """
    known = KNOWN_FIELDS.get(role, frozenset())
    if is_protected and role is not Role.CLIENT and purpose not in NEEDS_ADDRESS:
        return known - ADDRESS
    return known


def without_unknown_fields(row: Row, role: Role | None, purpose: Purpose) -> Row:
    """Return a row with None for the fields that the role may not know."""
    is_protected = bool(getattr(row, "has_protected_address", False))
    known = known_fields(role, purpose, is_protected=is_protected)
    unknown = {field.value: None for field in Field if field not in known and _has(row, field)}
    return _replaced(row, unknown) if unknown else row


def _has(row: object, field: Field) -> bool:
    return getattr(row, field.value, None) is not None


def _replaced(row: Any, changes: Mapping[str, None]) -> Any:
    return replace(row, **changes)
