"""What the approver should look at twice: first payments, returns, new accounts, tripled sums."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import newest_accounts
from clearing.payments.load.dues import earlier_sums, returned_before
from clearing.payments.load.payment_runs import RunContents, RunPayment
from clearing.payments.rules.payouts import RUNS_COMPARED, Sign, signs_of
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class OddPayee:
    """A payment with its signs, and the usual sum in whole cents (0: never paid before)."""

    payment: RunPayment
    signs: tuple[Sign, ...]
    usual_cents: Money


def odd_payees(session: Session, contents: RunContents, now: datetime) -> list[OddPayee]:
    """The run's payments that have a sign, those that grew most first."""
    accounts = newest_accounts(session, [payment.provider_id for payment in contents.payments])
    earlier = earlier_sums(session, contents.run.id, contents.run.county_id, RUNS_COMPARED)
    returned = returned_before(session, contents.run.id, contents.run.county_id, RUNS_COMPARED)
    found = []
    for payment in contents.payments:
        sums = earlier.get(payment.provider_id, ())
        usual = Money(sum(sums) // len(sums)) if sums else Money(0)
        account = accounts.get(payment.provider_id)
        signs = (
            ()
            if account is None
            else signs_of(
                payment.line.sum_cents,
                sums,
                account.entered_at,
                now,
                returned_before=payment.provider_id in returned,
            )
        )
        if signs:
            found.append(OddPayee(payment, signs, usual))
    return sorted(found, key=lambda odd: odd.usual_cents - odd.payment.line.sum_cents)
