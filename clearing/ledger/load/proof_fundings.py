"""Compare fundings, holds and charges as stored with what the ledger says they should be.

Each function is one check. It returns the differences, each with its name, the expected and the stored value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    any_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from clearing.ledger.load.proof_sums import unequal
from clearing.ledger.rules.postings import Account, Event
from foundation.database.tables.charges import Charge
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Balance, Funding
from foundation.database.tables.ledger import Posting
from foundation.database.tables.payments import settled_charges

MOST_REPORTED = 20
"""How many differences one check reports at most. The first is the one to look at."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that is not what it should be: expected and found. Sums are in whole cents."""

    check: str
    name: str
    expected: str
    found: str
    county_id: int | None


def differences(session: Session, check: str, query: Select[*tuple[Any, ...]]) -> list[Difference]:
    """Run the query of a check. Its rows are name, expected, found, county; equal rows are left out."""
    rows = session.execute(query.limit(MOST_REPORTED))
    return [Difference(check, str(row[0]), str(row[1]), str(row[2]), row[3]) for row in rows]


Fundings = Sequence[int] | None
"""The ids of the fundings to check; None for all. With ids instead of a query, the planner knows how many
there are, and can choose between an index and a full read."""
ACCOUNTS = ("free", "held", "charged", "granted", "settled", "returned")
KEY = ("funding_id",)


def balances_against_ledger(session: Session, only: Fundings = None) -> list[Difference]:
    """Check that every balance is the sum of its funding's postings, account by account."""
    differ = unequal(ACCOUNTS, keys=KEY, expected=[posted(only)], found=[stored(only)])
    return funding_differences(session, differ, {f"balance_{name}": name for name in ACCOUNTS})


def holds_against_ledger(session: Session, only: Fundings = None) -> list[Difference]:
    """Check that every choice holds what its postings say."""
    sign = case((Posting.to_account == Account.HELD.value, 1), else_=-1)
    sums = (
        select(Posting.choice_id, func.sum(sign * Posting.amount_cents).label("cents"))
        .where(Posting.choice_id.is_not(None), _touches(Account.HELD), within(Posting.funding_id, only))
        .group_by(Posting.choice_id)
        .subquery()
    )
    posted = func.coalesce(sums.c.cents, 0)
    query = (
        select(func.concat(literal("choice:"), Choice.id), posted, Choice.held_cents, Choice.county_id)
        .outerjoin(sums, sums.c.choice_id == Choice.id)
        .where(posted != Choice.held_cents, within(Choice.funding_id, only))
        .order_by(Choice.id)
    )
    return differences(session, "choice_hold", query)


def held_by_choices(session: Session) -> list[Difference]:
    """Check that a funding's held money is the sum of what its choices hold."""
    sums = select(Choice.funding_id, func.sum(Choice.held_cents).label("cents")).group_by(Choice.funding_id)
    held = sums.subquery()
    by_choices = func.coalesce(held.c.cents, 0)
    query = (
        select(
            func.concat(literal("funding:"), Funding.voucher, literal(":held")),
            by_choices,
            Balance.held_cents,
            Funding.county_id,
        )
        .select_from(Balance)
        .join(Funding, Funding.id == Balance.funding_id)
        .outerjoin(held, held.c.funding_id == Balance.funding_id)
        .where(by_choices != Balance.held_cents)
        .order_by(Funding.id)
    )
    return differences(session, "held_by_choices", query)


def charges_against_balances(session: Session, only: Fundings = None) -> list[Difference]:
    """Check that `charged` and `settled` are the sums of charges; later corrections are settled at once.

    What the earlier system had paid is settled too.
    """
    over = settled_charges
    later = Charge.after_settlement.is_(True)
    settled = or_(over.c.charge_id.is_not(None), later)
    pays = func.coalesce(Charge.county_pays_cents, 0)
    sums = (
        select(
            Charge.funding_id,
            func.sum(pays).filter(~settled).label("charged"),
            func.sum(pays).filter(settled).label("settled"),
        )
        .outerjoin(over, over.c.charge_id == Charge.id)
        .where(Charge.state == "accepted", Charge.funding_id.is_not(None), within(Charge.funding_id, only))
        .group_by(Charge.funding_id)
    )
    expected = [sums, paid_earlier(only)]
    differ = unequal(("charged", "settled"), keys=KEY, expected=expected, found=[stored(only)])
    return funding_differences(
        session, differ, {f"{name}_by_charges": name for name in ("charged", "settled")}
    )


def charges_against_ledger(session: Session, only: Fundings = None) -> list[Difference]:
    """Check that each charge's postings add up to what the county pays of it, zero if unpaid."""
    sign = case(
        (Posting.to_account.in_((Account.CHARGED.value, Account.PAYABLE.value)), 1),
        (Posting.from_account == Account.CHARGED.value, -1),
        (Posting.from_account == Account.PAYABLE.value, -1),
        else_=0,
    )
    sums = (
        select(Posting.charge_id, func.sum(sign * Posting.amount_cents).label("cents"))
        .where(Posting.charge_id.is_not(None), within(Posting.funding_id, only))
        .group_by(Posting.charge_id)
        .subquery()
    )
    paid = case((Charge.state == "accepted", func.coalesce(Charge.county_pays_cents, 0)), else_=0)
    posted = func.coalesce(sums.c.cents, 0)
    query = (
        select(func.concat(literal("charge:"), Charge.id), posted, paid, Charge.county_id)
        .outerjoin(sums, sums.c.charge_id == Charge.id)
        .where(posted != paid, within(Charge.funding_id, only))
        .order_by(Charge.id)
    )
    return differences(session, "charge_postings", query)


def funding_differences(session: Session, differ: Subquery, checks: dict[str, str]) -> list[Difference]:
    """Return the differences, given the account that each check compares. An account may have a suffix."""
    rows = (
        session.execute(
            select(Funding.voucher, Funding.county_id, *differ.c)
            .join(differ, differ.c.funding_id == Funding.id)
            .order_by(Funding.id)
            .limit(MOST_REPORTED)
        )
        .mappings()
        .all()
    )
    return [
        Difference(
            check,
            f"funding:{row['voucher']}:{name.removesuffix('_by_charges')}",
            str(row[f"{name}_expected"]),
            str(row[f"{name}_found"]),
            row["county_id"],
        )
        for check, name in checks.items()
        for row in rows
        if row[f"{name}_expected"] != row[f"{name}_found"]
    ]


def within(column: Any, only: Fundings) -> ColumnElement[bool]:
    """Return the condition that a column names one of these fundings."""
    return true() if only is None else column == any_(literal(list(only), ARRAY(BigInteger)))


def _touches(account: Account) -> ColumnElement[bool]:
    return or_(Posting.from_account == account.value, Posting.to_account == account.value)


def stored(only: Fundings) -> Select[*tuple[Any, ...]]:
    """Return the query of the balances as stored."""
    accounts = [getattr(Balance, f"{name}_cents").label(name) for name in ACCOUNTS]
    return select(Balance.funding_id, *accounts).where(within(Balance.funding_id, only))


def paid_earlier(only: Fundings, amount: Any = Posting.amount_cents) -> Select[*tuple[Any, ...]]:
    """Return the query of what the earlier system had paid; `amount` is the column to sum."""
    return (
        select(Posting.funding_id, func.sum(amount).label("settled"))
        .where(Posting.to_account == Account.EARLIER_SYSTEM.value, within(Posting.funding_id, only))
        .group_by(Posting.funding_id)
    )


def posted(only: Fundings, amount: Any = Posting.amount_cents) -> Select[*tuple[Any, ...]]:
    """Return the query of the balances as the sums of postings; `amount` is the column to sum."""
    into, out = Posting.to_account, Posting.from_account

    def net(account: Account) -> ColumnElement[Any]:
        arrived = func.coalesce(func.sum(amount).filter(into == account.value), 0)
        return arrived - func.coalesce(func.sum(amount).filter(out == account.value), 0)

    expired = and_(into == Account.APPROPRIATION.value, Posting.event == Event.EXPIRE.value)
    returned = func.coalesce(func.sum(amount).filter(expired), 0)
    return (
        select(
            Posting.funding_id,
            net(Account.FREE).label("free"),
            net(Account.HELD).label("held"),
            net(Account.CHARGED).label("charged"),
            (returned - net(Account.APPROPRIATION)).label("granted"),
            (net(Account.PAYABLE) + net(Account.EARLIER_SYSTEM)).label("settled"),
            returned.label("returned"),
        )
        .where(Posting.funding_id.is_not(None), within(Posting.funding_id, only))
        .group_by(Posting.funding_id)
    )
