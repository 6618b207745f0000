"""Passkeys of a person: registered, used as the second factor, and removed (W3C Web Authentication)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from foundation.database.tables.passkeys import Passkey
from foundation.vocabulary.keys import KeyRing
from foundation.vocabulary.roles import Actor
from foundation.web.identity.challenges import challenge_in, made_at, new_challenge
from foundation.web.identity.own_audit import record_own
from foundation.web.identity.sessions import OpenSession

MOST_PASSKEYS = 10
LONGEST_RESPONSE = 20_000
RP_NAME = "Omatori"


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are used: the public address of the service, and the key of its challenges."""

    address: str
    keys: KeyRing

    @property
    def rp_id(self) -> str:
        """Return the host name for which passkeys are made."""
        return urlsplit(self.address).hostname or ""


def passkeys_of(db: Session, person_id: int) -> Sequence[Passkey]:
    """Return the passkeys of a person, oldest first."""
    return db.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def has_passkey(db: Session, person_id: int) -> bool:
    """Return whether the person has a passkey."""
    return bool(db.scalar(select(exists().where(Passkey.person_id == person_id))))


def options_to_register(db: Session, site: Site, current: OpenSession, account: str, now: datetime) -> str:
    """Return what the browser needs to make a passkey, as JSON."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=RP_NAME,
        user_id=current.person_id.to_bytes(8),
        user_name=account,
        user_display_name=current.actor.name,
        challenge=new_challenge(site.keys, current.id, now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(db, current.person_id),
    )
    return options_to_json(options)


def options_to_use(db: Session, site: Site, current: OpenSession, now: datetime) -> str:
    """Return what the browser needs to use a passkey, as JSON."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=new_challenge(site.keys, current.id, now),
        allow_credentials=_descriptors(db, current.person_id),
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(options)


def register(db: Session, site: Site, current: OpenSession, name: str, text: str, now: datetime) -> bool:
    """Store a new passkey; return False if the response is not one to this session's challenge."""
    response, challenge = _read(text)
    challenged_at = made_at(site.keys, challenge, current.id, now)
    if challenged_at is None or len(passkeys_of(db, current.person_id)) >= MOST_PASSKEYS:
        return False
    try:
        verified = verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.address,
        )
    except WebAuthnException:
        return False
    values = {
        "person_id": current.person_id,
        "credential_id": verified.credential_id,
        "public_key": verified.credential_public_key,
        "sign_count": verified.sign_count,
        "name": name,
        "made_at": now,
        "challenged_at": challenged_at,
    }
    statement = upsert(Passkey).values(values).on_conflict_do_nothing(index_elements=["credential_id"])
    passkey_id = db.scalar(statement.returning(Passkey.id))
    if passkey_id is not None:
        record_own(db, current.actor, "passkey.add", now, passkey=passkey_id)
    return passkey_id is not None


def is_right(db: Session, site: Site, current: OpenSession, text: str, now: datetime) -> bool:
    """Return whether a response is of the person's passkey and to a new challenge, and use it up."""
    response, challenge = _read(text)
    challenged_at = made_at(site.keys, challenge, current.id, now)
    passkey = _locked(db, current.person_id, response)
    if challenged_at is None or passkey is None or challenged_at <= passkey.challenged_at:
        return False
    try:
        verified = verify_authentication_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.address,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except WebAuthnException:
        return False
    passkey.sign_count, passkey.challenged_at, passkey.used_at = verified.new_sign_count, challenged_at, now
    db.flush()
    return True


def remove(db: Session, actor: Actor, passkey_id: int, now: datetime) -> bool:
    """Delete a passkey of the person; return whether there was one. The app stays the second factor."""
    own = (Passkey.id == passkey_id) & (Passkey.person_id == actor.person_id)
    if db.scalar(delete(Passkey).where(own).returning(Passkey.id)) is None:
        return False
    record_own(db, actor, "passkey.remove", now, passkey=passkey_id)
    return True


def _descriptors(db: Session, person_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=passkey.credential_id) for passkey in passkeys_of(db, person_id)]


def _read(text: str) -> tuple[dict[str, Any], bytes]:
    try:
        read = json.loads(text) if len(text) <= LONGEST_RESPONSE else None
    except (ValueError, RecursionError):
        read = None
    return (read, challenge_in(read)) if isinstance(read, dict) else ({}, b"")


def _locked(db: Session, person_id: int, response: dict[str, Any]) -> Passkey | None:
    """Return the person's passkey that a response names, and lock it: two answers wait for each other."""
    try:
        credential_id = base64url_to_bytes(str(response.get("rawId", "")))
    except ValueError:
        return None
    own = (Passkey.credential_id == credential_id) & (Passkey.person_id == person_id)
    query = select(Passkey).where(own).with_for_update().execution_options(populate_existing=True)
    return db.scalars(query).one_or_none()
