"""Store postings, and change the balances and holds that follow from them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.rules.postings import Posting
from clearing.ledger.write.posting_rows import Changes, changes_of, rows_of_postings
from foundation.database.failpoints import failpoint
from foundation.database.pipeline import execute
from foundation.database.rows import reserve_numbers, store_table_rows
from foundation.database.tables import choices, grants, ledger


def post(session: Session, transactions: Iterable[Sequence[Posting]], *, at: datetime) -> None:
    """Store each transaction's postings under a new number and apply them to balances and holds.

    The caller has locked the fundings. The database raises an error for a balance below zero. It is not
    caught, because it can only come from a bug.
    """
    not_empty = [postings for postings in transactions if postings]
    if not not_empty:
        return
    numbers = reserve_numbers(session, ledger.transaction_numbers.name, len(not_empty))
    postings = [
        (number, at, posting)
        for number, postings in zip(numbers, not_empty, strict=True)
        for posting in postings
    ]
    store_table_rows(session, rows_of_postings(postings))
    apply_changes(session, changes_of([posting for _, _, posting in postings]))


def apply_changes(session: Session, changes: Changes) -> None:
    """Change balances and holds by stored postings."""
    failpoint("ledger.after_postings")
    if changes.balances is not None:
        execute(session, changes.balances)
    failpoint("ledger.after_balances")
    if changes.holds is not None:
        execute(session, changes.holds)
    failpoint("ledger.after_holds")
    expire_balances(session)


def expire_balances(session: Session) -> None:
    """Have the session's objects of balances and holds read again when they are next used."""
    for loaded in list(session.identity_map.values()):
        if isinstance(loaded, grants.Balance | choices.Choice):
            session.expire(loaded)
