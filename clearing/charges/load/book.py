"""The book: all facts that a batch of charges is decided by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.facts.book import Book, book_of
from clearing.charges.hot.charge_facts import query_charge_facts
from clearing.charges.hot.fact_documents import read_batch_facts
from clearing.charges.load.reference_data import load_reference_data
from clearing.charges.reading.charge_keys import Named
from foundation.vocabulary.dates import helsinki_day


@dataclass(frozen=True, slots=True)
class LoadedBook:
    """The book, and what storing the batch needs beside it: the services' database ids by code, and a key for
    each new charge (its id, and the number of its ledger transaction)."""

    facts: Book
    service_ids: Mapping[str, int]
    keys: Sequence[tuple[int, int]] = ()

    @property
    def county_ids(self) -> dict[int, int]:
        """The county of each funding, by funding id."""
        return {funding.id: funding.county_id for funding in self.facts.fundings.values()}


def load_book(
    session: Session, batch: Sequence[Named], *, now: datetime, lock: bool, new_keys: int = 0
) -> LoadedBook:
    """Load everything that the batch is decided by, and reserve the keys of `new_keys` charges.

    With `lock` the balances of the fundings are locked first, in id order; the facts are read after it and
    include what the previous holder of the lock wrote.
    """
    found = query_charge_facts(session, batch, lock=lock, new_keys=new_keys)
    facts = read_batch_facts(found.documents)
    reference_data = load_reference_data(
        session,
        found.versions,
        provider_ids={charge.provider_id for charge in batch},
        county_ids={funding.county_id for funding in facts.fundings},
        now=now,
    )
    book = book_of(facts, reference_data, today=helsinki_day(now))
    return LoadedBook(book, reference_data.service_ids, found.keys)
