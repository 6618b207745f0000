"""The ledger as rows for other tools, streamed, so that memory does not grow with its length."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Account, Event
from foundation.database.tables.counties import CostCentre, County
from foundation.database.tables.grants import Funding
from foundation.database.tables.ledger import Posting
from foundation.database.tables.providers import Provider
from foundation.vocabulary.money import format_hundredths

ROWS_AT_A_TIME = 5000


COLUMNS = (
    "transaction",
    "at",
    "event",
    "from_account",
    "to_account",
    "amount",
    "funding",
    "charge",
    "run",
)
"""The header of the ledger as CSV (contract: Payment runs)."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A posting with the names of its accounts (contract: Ledger CSV). The amount is in whole cents."""

    transaction: int
    at: datetime
    event: str
    from_account: str
    to_account: str
    amount_cents: int
    voucher: str | None
    charge_id: int | None
    run_id: int | None

    def cells(self) -> list[str]:
        """Return the row as CSV cells in the order of COLUMNS."""
        amount = format_hundredths(self.amount_cents)
        accounts = [self.from_account, self.to_account, amount, self.voucher, self.charge_id, self.run_id]
        cells = [self.transaction, self.at.isoformat(), self.event, *accounts]
        return ["" if cell is None else str(cell) for cell in cells]


def ledger_rows(
    session: Session, county_code: str | None = None, *, last_id: int | None = None
) -> Iterator[LedgerRow]:
    """Yield every posting in the order in which it was stored; with `county_code`, those of one county.

    With `last_id`, no posting after it.
    """
    query = (
        select(
            Posting.transaction_id,
            Posting.at,
            Posting.event,
            Posting.from_account,
            Posting.to_account,
            Posting.amount_cents,
            CostCentre.code,
            Funding.voucher,
            Provider.business_id,
            Posting.charge_id,
            Posting.run_id,
        )
        .outerjoin(CostCentre, CostCentre.id == Posting.cost_centre_id)
        .outerjoin(Funding, Funding.id == Posting.funding_id)
        .outerjoin(Provider, Provider.id == Posting.provider_id)
        .order_by(Posting.id)
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    if last_id is not None:
        query = query.where(Posting.id <= last_id)
    if county_code is not None:
        query = query.join(County, County.id == Posting.county_id).where(County.code == county_code)
    for number, at, event, out, into, cents, centre, voucher, business_id, *ids in session.execute(query):
        names = (centre, voucher, business_id)
        accounts = (_account(Account(out), *names), _account(Account(into), *names))
        yield LedgerRow(number, at, Event(event).name.lower(), *accounts, cents, voucher, *ids)


def clients_in_ledger(session: Session, county_code: str | None, *, last_id: int) -> list[tuple[int, int]]:
    """Return the ids of the clients on whose fundings money was posted, each with its county's id."""
    query = (
        select(Funding.client_id, Funding.county_id)
        .join(Posting, Posting.funding_id == Funding.id)
        .where(Posting.id <= last_id)
        .distinct()
    )
    if county_code is not None:
        query = query.join(County, County.id == Funding.county_id).where(County.code == county_code)
    return sorted((client_id, county_id) for client_id, county_id in session.execute(query))


def newest_posting_id(session: Session) -> int:
    """Return the id of the newest posting; 0 if there is none."""
    return session.scalar(select(func.max(Posting.id))) or 0


def _account(account: Account, centre: str | None, voucher: str | None, business_id: str | None) -> str:
    if account is Account.APPROPRIATION:
        return f"appropriation:{centre}"
    if account in (Account.PAYABLE, Account.RECOVERY):
        return f"provider:{business_id}:{account.name.lower()}"
    if account in (Account.TRANSIT, Account.BANK, Account.EARLIER_SYSTEM):
        return account.name.lower()
    return f"funding:{voucher}:{account.name.lower()}"
