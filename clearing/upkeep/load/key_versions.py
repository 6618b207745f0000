"""How much was made with each version of a key."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditSeal
from foundation.database.tables.clients import Client
from foundation.database.tables.second_factors import SecondFactor


def key_versions(session: Session) -> dict[str, dict[str, int]]:
    """Return the count of identity codes, second factors and seals of the audit log by version.

    Version 0 are hashes made with `SECRET_KEY` itself, and seals without a key.
    """
    hashed = Client.identity_hash
    version = case((hashed.contains(":"), func.split_part(hashed, ":", 1)), else_="0")
    codes = select(version, func.count()).where(hashed.is_not(None)).group_by(version).order_by(version)
    factors = select(SecondFactor.key_version, func.count()).group_by(SecondFactor.key_version)
    factors = factors.order_by(SecondFactor.key_version)
    sealed = func.coalesce(AuditSeal.key_version, 0)
    seals = select(sealed, func.count()).group_by(sealed).order_by(sealed)
    return {
        "identity_codes": {str(key): count for key, count in session.execute(codes)},
        "second_factors": {str(key): count for key, count in session.execute(factors)},
        "audit_seals": {str(key): count for key, count in session.execute(seals)},
    }
