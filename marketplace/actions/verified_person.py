"""The account of somebody whom a broker of Suomi.fi has verified and who accepts an invitation."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from foundation.vocabulary.languages import Language
from marketplace.load.accounts import account_of, person_with_identity
from marketplace.write.accounts import store_identity_hash, store_verified_person


@dataclass(frozen=True, slots=True)
class VerifiedPerson:
    """Who was verified: the name to store, and the keyed hash of the identity code."""

    name: str
    language: Language
    identity_hash: str = field(repr=False)


def account_of_verified(session: Session, person: VerifiedPerson, email: str | None) -> int | None:
    """Return the account of a verified person, a new one if there is none.

    An invitation adds no way to log in to an account that has one: None if the address is that of such an
    account of somebody else.

    Args:
        email: The address of the invitation, if it was sent to one.
    """
    own = person_with_identity(session, person.identity_hash)
    known = None if email is None else account_of(session, email)
    if known is not None and known.person_id != own:
        if own is not None or known.has_log_in:
            return None
        store_identity_hash(session, known.person_id, person.identity_hash)
        return known.person_id
    if own is not None:
        return own
    return store_verified_person(
        session,
        name=person.name,
        email=email,
        language=person.language,
        identity_hash=person.identity_hash,
    )
