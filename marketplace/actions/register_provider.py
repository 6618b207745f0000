"""Enter a provider into the register or update its entry; the same registration again changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import parse_iban
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.register import RegisterEntry, lock_entry, municipality_centres
from marketplace.rules.register_ownership import not_to_be_changed
from marketplace.rules.registering import (
    REGISTER_TEXTS,
    Centre,
    RegisterPaper,
    RegisterUnit,
    Registration,
    wrong_in_registration,
)
from marketplace.write.register import (
    move_units,
    store_account,
    store_papers,
    store_provider,
    store_units,
    update_provider,
)


@dataclass(frozen=True, slots=True)
class Registered:
    """The provider's id, whether it is new in the register, and whether anything was written."""

    provider_id: int
    is_new: bool
    changed: bool


def register_provider(
    session: Session, registration: Registration, *, county_id: int, actor: Actor, now: datetime
) -> Registered | Refusal:
    """Store the entry for a county. A new account number waits for confirmation.

    The audit log of every county that knows the provider gets a row. Refused with `registration_refused`,
    whose reasons are the fields that are wrong, or that the county may not change.
    """
    centres = municipality_centres(session, helsinki_day(now))
    if faults := wrong_in_registration(registration, frozenset(centres)):
        return Refusal("registration_refused", reasons=faults)
    current = lock_entry(session, registration.business_id)
    is_new = current is None
    if current is None:
        provider_id = store_provider(session, registration)
        texts = {name: getattr(registration, name) for name in REGISTER_TEXTS}
        current = RegisterEntry(provider_id, texts, frozenset(), {}, None)
    changes = _changes(registration, current)
    shared = not_to_be_changed(
        changes.replaced, changes.added, known_to=current.known_to, county_id=county_id
    )
    if shared:
        return Refusal("registration_refused", reasons=shared)
    _store(session, registration, current.id, changes, centres, actor, now)
    if is_new or changes.any:
        act = "provider.register" if is_new else "provider.update"
        for each in sorted(current.known_to | {county_id}):
            _record(session, registration, changes, act, county_id=each, actor=actor, now=now)
    return Registered(current.id, is_new, is_new or changes.any)


@dataclass(frozen=True, slots=True)
class _Changes:
    """What the registration changes in the current entry; an empty text leaves the current one."""

    texts: Mapping[str, str]
    papers: Sequence[RegisterPaper]
    units: Sequence[RegisterUnit]
    moved: Sequence[RegisterUnit]
    iban: str | None

    @property
    def replaced(self) -> list[str]:
        """The fields whose value is replaced."""
        moved = ["municipality"] if self.moved else []
        return [*sorted(self.texts), *moved, *(["iban"] if self.iban is not None else [])]

    @property
    def added(self) -> list[str]:
        """The fields that only add papers or places."""
        papers = {paper.kind.value: f"{paper.kind.value}_from" for paper in self.papers}
        return [*papers.values(), *(["municipality"] if self.units else [])]

    @property
    def any(self) -> bool:
        return bool(self.texts or self.papers or self.units or self.moved or self.iban)


def _changes(registration: Registration, current: RegisterEntry) -> _Changes:
    sent = {name: getattr(registration, name) for name in REGISTER_TEXTS}
    iban = parse_iban(registration.iban) if registration.iban else None
    return _Changes(
        texts={name: text for name, text in sent.items() if text and text != current.texts[name]},
        papers=[paper for paper in registration.papers if paper not in current.papers],
        units=[unit for unit in registration.units if unit.name not in current.units],
        moved=[unit for unit in registration.units if _is_moved(unit, current)],
        iban=iban if iban != current.iban else None,
    )


def _is_moved(unit: RegisterUnit, current: RegisterEntry) -> bool:
    """Return whether a known place is elsewhere now. An empty street leaves the current one."""
    street, municipality = current.units.get(unit.name, (unit.street, unit.municipality))
    return unit.municipality != municipality or (unit.street not in ("", street))


def _record(
    session: Session,
    registration: Registration,
    changes: _Changes,
    act: str,
    *,
    county_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    detail = {"texts": sorted(changes.texts), "new_account": changes.iban is not None, "added": changes.added}
    subject = ("provider", registration.business_id)
    record(session, actor=actor, now=now, act=act, subject=subject, county_id=county_id, detail=detail)


def _store(
    session: Session,
    registration: Registration,
    provider_id: int,
    changes: _Changes,
    centres: Mapping[str, Centre],
    actor: Actor,
    now: datetime,
) -> None:
    update_provider(session, provider_id, changes.texts)
    store_papers(session, provider_id, changes.papers)
    store_units(session, provider_id, changes.units, centres)
    move_units(session, provider_id, changes.moved, centres)
    if changes.iban is not None:
        store_account(session, provider_id, iban=changes.iban, bic=registration.bic, actor=actor, now=now)
