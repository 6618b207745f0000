"""Make an API key for the programs of a provider or a county, renew its secret, or revoke it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import API_KEY_PREFIX
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.api_keys import OwnKey, key_holders, keys_of
from marketplace.rules.key_mails import KEY_SUBJECT, key_text
from marketplace.rules.key_places import KEY_UNKNOWN, ROLE_ENDED, KeyPlace
from marketplace.write.api_keys import end_previous_secret, replace_secret, revoke_key, store_key

_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """What a new key may do, which program uses it, and the last day on which it works."""

    label: str
    scopes: frozenset[KeyScope]
    last_day: date


@dataclass(frozen=True, slots=True)
class Secret:
    """A new secret of a key. Only its hash is stored."""

    key: str

    @property
    def sha256(self) -> str:
        """Return the digest by which the key is found."""
        return sha256(self.key.encode()).hexdigest()

    @property
    def hint(self) -> str:
        """Return the last characters, by which people recognise it."""
        return self.key[-4:]


def make_api_key(
    session: Session, *, place: KeyPlace, role_grant_id: int, terms: KeyTerms, actor: Actor, now: datetime
) -> str | Refusal:
    """Make a key that acts as a person of the provider or the county, and return it; only its hash is stored.

    Refused with `role_ended` if this person has no such role there today, with `scope_beyond_role` if the
    role does not allow a scope, and in a county with `own_key` for oneself. A county's person gets a mail.
    """
    holders = key_holders(session, place, today=helsinki_day(now))
    holder = next((holder for holder in holders if holder.role_grant_id == role_grant_id), None)
    if holder is None:
        return ROLE_ENDED
    is_own = holder.person_id == actor.person_id
    refusal = place.why_not_made(terms.scopes, holder.role, is_own=is_own)
    if refusal is not None:
        return refusal
    secret, scopes = _new_secret(), sorted(terms.scopes)
    key_id = store_key(
        session,
        person_id=holder.person_id,
        role_grant_id=role_grant_id,
        label=terms.label,
        sha256=secret.sha256,
        hint=secret.hint,
        scopes=scopes,
        last_day=terms.last_day,
        now=now,
    )
    detail = {"person": holder.person_id, "role": holder.role, "scopes": scopes}
    detail["last_day"] = terms.last_day.isoformat()
    _Note(session, place, actor, now).leave("make", key_id, detail)
    _mail(session, place, key_id, holder.email, terms.label, now)
    return secret.key


def rotate_api_key(
    session: Session,
    *,
    place: KeyPlace,
    key_id: int,
    overlap_days: int,
    last_day: date,
    actor: Actor,
    now: datetime,
) -> str | Refusal:
    """Give a key a new secret and a new last day, and return the secret.

    The secret of before works for `overlap_days` more days; with 0 it stops at once. One that was still
    working from an earlier rotation stops. Refused with `key_unknown`, and in a county with `own_key` and
    `key_too_wide`. A county's person gets a mail.
    """
    own = _own(session, place, key_id)
    if own is None:
        return KEY_UNKNOWN
    refusal = place.why_not_renewed(own.scopes, own.role, is_own=own.person_id == actor.person_id)
    if refusal is not None:
        return refusal
    secret = _new_secret()
    until = helsinki_day(now) + timedelta(days=overlap_days) if overlap_days else None
    replace_secret(
        session, key_id, sha256=secret.sha256, hint=secret.hint, until=until, last_day=last_day, now=now
    )
    detail = {"previous_until": until and until.isoformat(), "last_day": last_day.isoformat()}
    _Note(session, place, actor, now).leave("rotate", key_id, detail)
    _mail(session, place, key_id, own.email, own.label, now)
    return secret.key


def end_old_secret(
    session: Session, *, place: KeyPlace, key_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Stop the secret of before the last rotation at once. Refused with `key_unknown`."""
    if _own(session, place, key_id) is None:
        return KEY_UNKNOWN
    end_previous_secret(session, key_id)
    _Note(session, place, actor, now).leave("end_previous", key_id)
    return None


def revoke_api_key(
    session: Session, *, place: KeyPlace, key_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Revoke a key, with every secret that it has. Refused with `key_unknown`."""
    if _own(session, place, key_id) is None:
        return KEY_UNKNOWN
    revoke_key(session, key_id, now=now)
    _Note(session, place, actor, now).leave("revoke", key_id)
    return None


@dataclass(frozen=True, slots=True)
class _Note:
    """Who keeps the keys of a place, for the audit log."""

    session: Session
    place: KeyPlace
    actor: Actor
    now: datetime

    def leave(self, act: str, key_id: int, detail: Mapping[str, object] | None = None) -> None:
        """Record an act on a key, never with its secret."""
        record(
            self.session,
            actor=self.actor,
            now=self.now,
            act=f"api_key.{act}",
            subject=("api_key", key_id),
            county_id=self.place.county_id,
            detail=dict(detail or {}),
        )


def _mail(
    session: Session, place: KeyPlace, key_id: int, email: str | None, label: str, now: datetime
) -> None:
    """Tell a county's person that a program acts as them; the people of a provider see it on their page."""
    if place.county_id is not None and email is not None:
        key = f"api_key:{key_id}:{now.isoformat()}"
        leave_mail(session, key, to=email, subject=KEY_SUBJECT, text=key_text(label), now=now)


def _own(session: Session, place: KeyPlace, key_id: int) -> OwnKey | None:
    return next((key for key in keys_of(session, place) if key.id == key_id), None)


def _new_secret() -> Secret:
    return Secret(API_KEY_PREFIX + token_urlsafe(_BYTES))
