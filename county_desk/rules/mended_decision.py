"""A decision with stand-ins for its unreadable fields, so that what else is wrong is reported at once."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from foundation.vocabulary.refusals import Refusal

_WINDOW = ["2000-01-01", "2000-01-01"]
_CLIENT = {"number": "-", "name": "-", "municipality": "-"}
_FUNDING = {"external_id": "-", "kind": "voucher", "services": [], "window": _WINDOW}
_STAND_INS: dict[str, Any] = {
    **_CLIENT,
    **_FUNDING,
    "decided_on": "2000-01-01",
    "decided_by": "-",
    "legal_basis": "-",
    "cost_centre": "-",
    "client": _CLIENT,
    "fundings": [],
}
_FOLLOW_FROM_OTHERS = frozenset({"granted_money_unknown", "service_not_in_funding", "income_and_values"})
"""What a stand-in itself may cause elsewhere in the funding."""


def mended(document: dict[str, Any], unread: Iterable[str]) -> dict[str, Any]:
    """The document with a stand-in for each unread field (`fundings.0.window`), optional ones left out."""
    copy = deepcopy(document)
    for field in unread:
        _mend(copy, field.split("."))
    return copy


def _mend(place: Any, path: list[str]) -> None:
    name, *rest = path
    if isinstance(place, list):
        if name.isdigit() and int(name) < len(place):
            _mend_item(place, int(name), rest)
    elif isinstance(place.get(name), (dict, list)) and rest:
        _mend(place[name], rest)
    elif name in _STAND_INS:
        place[name] = deepcopy(_STAND_INS[name])
    else:
        place.pop(name, None)


def _mend_item(items: list[Any], index: int, rest: list[str]) -> None:
    if rest and isinstance(items[index], dict):
        _mend(items[index], rest)
    else:
        items[index] = dict(_FUNDING)


def besides(faults: Iterable[Refusal], unread: Iterable[str]) -> list[Refusal]:
    """The faults that no stand-in has caused: those of other fields."""
    fields = tuple(unread)
    return [
        fault
        for fault in faults
        if fault.code not in _FOLLOW_FROM_OTHERS and not any(_touch(fault.field, field) for field in fields)
    ]


def _touch(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
