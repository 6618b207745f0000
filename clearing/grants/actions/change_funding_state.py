"""Pause a funding, open it again, close it or revoke it, from a day on and for a reason."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.facts.kinds import FundingState
from clearing.grants.load.fundings import client_of, fundings
from clearing.grants.rules.funding_states import OVER, change_of_state, last_day_before, releases
from clearing.grants.write.funding_states import end_choices, store_state
from clearing.ledger.write.audit import record
from clearing.ledger.write.postings import post
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


@dataclass(frozen=True, slots=True)
class FundingStateChanged:
    """The new state, and what its end released from the holds of choices."""

    state: FundingState
    from_day: date
    released_cents: Money


def change_funding_state(
    session: Session,
    funding_id: int,
    *,
    state: FundingState,
    from_day: date,
    why: str,
    actor: Actor,
    now: datetime,
) -> FundingStateChanged | Refusal:
    """Change the state under the funding's lock. The caller has checked that the actor may.

    Closing and revoking end the choices; what they hold becomes free, and stays so until it is returned. A
    funding that ends later keeps its holds for the visits until then.
    """
    funding = fundings(session, [funding_id], lock=True)[funding_id]
    change = change_of_state(funding, state, from_day, why)
    if isinstance(change, Refusal):
        return change
    store_state(session, funding_id, change, why=why.strip(), actor=actor, now=now)
    released = Money(0)
    if state in OVER:
        is_now = from_day <= helsinki_day(now)
        freed = releases(funding) if is_now else []
        post(session, [freed], at=now)
        released = Money(sum(posting.amount_cents for posting in freed))
        end_choices(session, funding_id, last_day=last_day_before(from_day), at=now if is_now else None)
    record(
        session,
        actor=actor,
        now=now,
        act=f"funding.{state.value}",
        subject=("funding", funding.voucher),
        county_id=funding.county_id,
        client_id=client_of(session, funding_id),
        why=why.strip(),
        detail={"from_day": from_day.isoformat(), "released_cents": released},
    )
    return FundingStateChanged(state, from_day, released)
