"""A person has matched a restored book with the bank: the county settles in this database from now on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.load.home import database_identity, is_frozen
from clearing.payments.load.payers import lock_settling
from clearing.payments.load.stripe_comparisons import is_compared, pays_by_stripe
from clearing.payments.load.unsent_runs import unsent_runs
from clearing.payments.rules.restored import why_not_released
from clearing.payments.rules.settling import SENDERS, RunRefusalCode, why_not_by
from clearing.payments.write.home import leave_gap, store_home
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def unfreeze_settlement(
    session: Session,
    *,
    county_id: int,
    why: str,
    actor: Actor,
    now: datetime,
    not_at_bank: Collection[int] = (),
) -> str | Refusal:
    """Let the county settle in this restored database; return the database's identity.

    Identifiers that the lost time may have used are skipped. Refused with `role_forbidden`, `other_county`,
    `why_missing`, `settlement_not_frozen`, `runs_undecided`, `file_from_other_book`, and with
    `stripe_not_compared` if the county also pays by Stripe and this database was not compared with Stripe yet
    (`compare_with_stripe`).

    Args:
        not_at_bank: The runs, prepared or approved, of which the person says that the bank does not have
            their file. Of any other the bank's answer must be uploaded first.
    """
    if actor.person_id is None:
        return Refusal(RunRefusalCode.ROLE_FORBIDDEN)
    if refusal := why_not_by(actor, SENDERS, county_id):
        return refusal
    if not why.strip():
        return Refusal(RunRefusalCode.WHY_MISSING, "why")
    lock_settling(session, county_id)
    if not is_frozen(session, county_id):
        return Refusal(RunRefusalCode.NOT_FROZEN)
    unsent, identity = unsent_runs(session, county_id), database_identity(session)
    if refusal := why_not_released([header.run for header in unsent], not_at_bank):
        return refusal
    if pays_by_stripe(session, county_id) and not is_compared(session, county_id, identity):
        return Refusal(RunRefusalCode.NOT_COMPARED)
    leave_gap(session)
    return _settle_here(session, county_id, why.strip(), [header.run.id for header in unsent], actor, now)


def _settle_here(
    session: Session, county_id: int, why: str, not_at_bank: list[int], actor: Actor, now: datetime
) -> str:
    identity = database_identity(session)
    store_home(session, county_id, identity, by=actor.person_id, why=why, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="settlement.unfreeze",
        subject=("county", county_id),
        county_id=county_id,
        why=why,
        detail={"database": identity, "not_at_bank": not_at_bank},
    )
    return identity
