"""Charges of one voucher are decided in one group at a time (decision 0097)."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

from sqlalchemy.orm import Session

from clearing.charges.actions.take_in_charges import take_in_together
from clearing.charges.facts.answers import ChargeAnswer
from clearing.charges.hot.waiting_charges import WaitingCharges
from clearing.charges.reading.intake import Intake
from foundation.database.session import make_engine, make_sessions
from foundation.vocabulary.languages import Language
from tests.actions.test_waiting_charges import Writers, render_outcome, results
from tests.builders.patience import PATIENCE_SECONDS, wait_until


def test_a_voucher_is_never_in_two_groups_at_a_time(fresh_database: str) -> None:
    """The second group would meet the locks of the first. A charge of another voucher passes."""
    engine = make_engine(fresh_database)
    writers = Writers(make_sessions(engine))
    taken: list[list[object]] = []
    at_work, release = Event(), Event()

    def take_in(
        session: Session, intakes: Sequence[Intake], *, with_commit: bool
    ) -> list[list[ChargeAnswer]]:
        taken.append([intake.sent[0]["reference"] for intake in intakes])
        if not at_work.is_set():
            at_work.set()
            release.wait(timeout=PATIENCE_SECONDS)
        return take_in_together(session, intakes, with_commit=with_commit)

    waiting = WaitingCharges(writers.sessions, take_in, render_outcome)
    first = writers.threads.submit(waiting.decide, writers.intake(0), Language.FI)
    assert at_work.wait(timeout=PATIENCE_SECONDS)
    second = writers.threads.submit(waiting.decide, writers.intake(1), Language.FI)
    wait_until(lambda: waiting._waiting or len(taken) > 1)
    passing = writers.intake(2, voucher=writers.other_voucher)
    other = writers.threads.submit(waiting.decide, passing, Language.FI)
    results([other])
    before_release = list(taken)
    release.set()
    assert [outcome for outcome, *_ in results([first, second])] == ["accepted", "accepted"]
    assert before_release == [["W-0"], ["W-2"]]
    assert taken == [["W-0"], ["W-2"], ["W-1"]]
    writers.threads.shutdown()
    engine.dispose()
