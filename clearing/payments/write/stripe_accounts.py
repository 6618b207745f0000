"""Providers' accounts at Stripe, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from clearing.payments.rules.stripe_payees import AccountState
from foundation.database.columns import table_of
from foundation.database.tables.stripe import StripeAccount

_account = table_of(StripeAccount)


def store_account(
    session: Session, county_id: int, provider_id: int, state: AccountState, *, by: int | None, now: datetime
) -> int:
    """Store a new account and return its id."""
    row = {"county_id": county_id, "provider_id": provider_id, "account": state.account, "live": state.live}
    row |= {"made_at": now, "made_by": by, "stale": False, **_stored(state)}
    return int(session.execute(insert(_account).values(**row).returning(_account.c.id)).scalar_one())


def note_state(session: Session, account_id: int, state: AccountState) -> None:
    """Store what Stripe says of an account now."""
    change_account(session, account_id, {**_stored(state), "stale": False})


def change_account(session: Session, account_id: int, values: Mapping[str, Any]) -> None:
    """Change columns of an account that the caller has locked."""
    session.execute(update(_account).where(_account.c.id == account_id).values(**values))
    session.expire_all()


def _stored(state: AccountState) -> dict[str, Any]:
    return {
        "seen_at": state.seen_at,
        "can_receive": state.can_receive,
        "can_charge_cards": state.can_charge_cards,
        "pays_out": state.pays_out,
        "is_submitted": state.is_submitted,
        "disabled_reason": state.disabled_reason,
        "asks": list(state.asks),
        "asks_by": state.asks_by,
    }
