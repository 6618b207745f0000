"""The second factor of a person: an authenticator app, and recovery codes for when it is lost.

The secret of an app is computed with a key that is not in the database, so a copy of the database lets nobody
compute codes. A code is accepted once, and so is a recovery code.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from foundation.database.tables.second_factors import RecoveryCode, SecondFactor
from foundation.vocabulary.keys import KeyRing
from foundation.vocabulary.roles import Actor
from foundation.web.identity.own_audit import record_own
from foundation.web.identity.totp import matching_step

SALT_BYTES = 16
SECRET_BYTES = 20
"""The length of a key for HMAC-SHA-1 (RFC 4226, 4)."""

RECOVERY_CODES = 10
RECOVERY_LENGTH = 12
RECOVERY_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def has_second_factor(db: Session, person_id: int) -> bool:
    """Return whether the person uses a second factor."""
    enrolled = (SecondFactor.person_id == person_id) & SecondFactor.enrolled_at.is_not(None)
    return bool(db.scalar(select(exists().where(enrolled))))


def secret_to_enrol(db: Session, keys: KeyRing, person_id: int, now: datetime) -> bytes:
    """Return the secret of an app that is being enrolled: the same one until that is done."""
    row = {
        "person_id": person_id,
        "salt": secrets.token_bytes(SALT_BYTES),
        "key_version": keys.newest,
        "made_at": now,
    }
    statement = upsert(SecondFactor).values(row)
    db.execute(statement.on_conflict_do_nothing(index_elements=["person_id"]))
    return _secret(keys, _factor(db, person_id))


def enrol(db: Session, keys: KeyRing, actor: Actor, typed: str, now: datetime) -> list[str] | None:
    """Take an app into use with its first code; return the recovery codes, which exist here only.

    None: the code is wrong, or the person uses an app already.
    """
    factor = _factor(db, actor.person_id or 0)
    step = matching_step(_secret(keys, factor), normalised(typed), now, None)
    if factor.enrolled_at is not None or step is None:
        return None
    factor.enrolled_at, factor.last_step = now, step
    db.flush()
    record_own(db, actor, "second_factor.enrol", now)
    return new_recovery_codes(db, factor.person_id, now)


def is_right(db: Session, keys: KeyRing, actor: Actor, typed: str, now: datetime) -> bool:
    """Return whether a typed code is the app's or a recovery code, and use it up."""
    typed = normalised(typed)
    factor = _factor(db, actor.person_id or 0)
    if factor.enrolled_at is None:
        return False
    step = matching_step(_secret(keys, factor), typed, now, factor.last_step)
    if step is not None:
        factor.last_step = step
        db.flush()
        return True
    if not _use_recovery_code(db, factor.person_id, typed, now):
        return False
    record_own(db, actor, "second_factor.recover", now)
    return True


def _factor(db: Session, person_id: int) -> SecondFactor:
    """Return the person's app and lock it: two requests with one code wait for each other."""
    query = select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update()
    return db.scalars(query.execution_options(populate_existing=True)).one()


def _secret(keys: KeyRing, factor: SecondFactor) -> bytes:
    message = b"totp" + factor.person_id.to_bytes(8) + factor.salt
    return keys.mac(message, factor.key_version)[:SECRET_BYTES]


def normalised(typed: str) -> str:
    """Return a typed code without spaces and hyphens, in capitals."""
    return "".join(typed.upper().replace("-", "").split())


def new_recovery_codes(db: Session, person_id: int, now: datetime) -> list[str]:
    """Make recovery codes in place of earlier ones; only their hashes are stored."""
    codes = [
        "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    db.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    rows = [{"person_id": person_id, "code_sha256": _digest(code), "made_at": now} for code in codes]
    db.execute(insert(RecoveryCode), rows)
    return codes


def _use_recovery_code(db: Session, person_id: int, typed: str, now: datetime) -> bool:
    statement = (
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_sha256 == _digest(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return db.scalars(statement).one_or_none() is not None


def _digest(code: str) -> str:
    return sha256(code.encode()).hexdigest()
