"""One person prepares a payment run: freezes charges, nets corrections, sets aside what must wait."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.actions.prove_run import proven
from clearing.payments.gateways.bank_file import bank_takes
from clearing.payments.load.dues import charges_to_freeze, dues_of_run, providers_to_settle
from clearing.payments.load.home import database_identity, home_of
from clearing.payments.load.pay_days import first_day_of_payment
from clearing.payments.load.payers import PayingCounty, lock_settling
from clearing.payments.load.payment_runs import RunContents, lock_run, prepared_run_of, run_contents
from clearing.payments.load.proof_runs import prove_prepared
from clearing.payments.load.stops import why_stopped
from clearing.payments.rules.payouts import Due, WaitReason, why_waits
from clearing.payments.rules.settling import (
    PREPARERS,
    RunRefusalCode,
    RunState,
    why_not_by,
)
from clearing.payments.write.home import store_home
from clearing.payments.write.payments import (
    change_run,
    drop_prepared_payments,
    open_run,
    store_payments,
)
from clearing.payments.write.settlements import freeze_charges, release_charges, set_waiting, sort_in_memory
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def prepare_payment_run(
    session: Session, *, county: PayingCounty, until: date, actor: Actor, now: datetime
) -> RunContents | Refusal:
    """Freeze the county's accepted charges up to the service day `until` into a new run.

    A run of the county that still waits for approval is cancelled and its charges come into this one. It is
    paid on its pay day if the county has said when it pays (docs/decisions/0226), else once it is sent.

    Refused with `role_forbidden`, `other_county`, `until_in_future`, `settlement_frozen` (this is a restored
    copy), `books_check_failed`, `books_differ` (the books of the fundings that it would pay from differ).
    """
    if refusal := why_not_prepared(county, until, actor, now):
        return refusal
    lock_settling(session, county.id)
    if (stopped := why_stopped(session, county.id)) is not None:
        return Refusal(stopped)
    sort_in_memory(session)
    run_id = proven(
        session,
        lambda: _freeze_into_run(session, county, until, actor, now),
        lambda run_id: prove_prepared(session, run_id),
    )
    if isinstance(run_id, Refusal):
        return run_id
    contents = run_contents(session, run_id)
    assert contents is not None
    _audit(session, "payment_run.prepare", contents, actor, now)
    failpoint("settle.prepare.after_audit")
    return contents


def why_not_prepared(county: PayingCounty, until: date, actor: Actor, now: datetime) -> Refusal | None:
    """Return why the actor may not prepare, or preview, a run of the county up to the day `until`."""
    if refusal := why_not_by(actor, PREPARERS, county.id):
        return refusal
    return Refusal(RunRefusalCode.UNTIL_IN_FUTURE, "until") if until > helsinki_day(now) else None


def cancel_payment_run(
    session: Session, run_id: int, *, actor: Actor, now: datetime
) -> RunContents | Refusal:
    """Cancel a run before it is approved: the next run settles its charges.

    Refused with `role_forbidden`, `other_county`, `run_not_in_state`, `file_from_other_book`.
    """
    contents = lock_run(session, run_id)
    if contents is None or contents.run.state is not RunState.PREPARED:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := why_not_by(actor, PREPARERS, contents.run.county_id):
        return refusal
    if contents.run.file_elsewhere:
        return Refusal(RunRefusalCode.FILE_ELSEWHERE)
    _cancel(session, contents, actor, now)
    cancelled = run_contents(session, run_id)
    assert cancelled is not None
    return cancelled


def _freeze_into_run(session: Session, county: PayingCounty, until: date, actor: Actor, now: datetime) -> int:
    """Open a run in place of the one that waits, freeze charges into it, and return its id."""
    if home_of(session, county.id) is None:
        store_home(session, county.id, database_identity(session), by=actor.person_id, why="", now=now)
    _replace_prepared(session, county, actor, now)
    run_id = _open(session, county, until, actor, now)
    failpoint("settle.prepare.after_run")
    _freeze(session, county, run_id, until, now)
    return run_id


def _replace_prepared(session: Session, county: PayingCounty, actor: Actor, now: datetime) -> None:
    earlier = prepared_run_of(session, county.id, lock=True)
    contents = None if earlier is None else run_contents(session, earlier)
    if contents is not None:
        _cancel(session, contents, actor, now)


def _cancel(session: Session, contents: RunContents, actor: Actor, now: datetime) -> None:
    release_charges(session, contents.run.id)
    drop_prepared_payments(session, run_id=contents.run.id)
    change_run(session, contents.run.id, {"state": RunState.CANCELLED.value, "closed_at": now})
    _audit(session, "payment_run.cancel", contents, actor, now)


def _open(session: Session, county: PayingCounty, until: date, actor: Actor, now: datetime) -> int:
    payer = {"payer_name": county.name, "payer_iban": county.iban, "payer_bic": county.bic}
    payer |= {"payer_letters": county.letters}
    by = {"prepared_at": now, "prepared_by": actor.person_id}
    first_day = {"not_before": first_day_of_payment(session, county.id, until, now)}
    return open_run(session, {"county_id": county.id, "until": until, **payer, **by, **first_day})


def _freeze(session: Session, county: PayingCounty, run_id: int, until: date, now: datetime) -> None:
    providers = providers_to_settle(session, county.id, until)
    charges = charges_to_freeze(county.id, until)
    freeze_charges(session, run_id=run_id, county_id=county.id, provider_ids=providers, charges=charges)
    failpoint("settle.prepare.after_freeze")
    _store_payments(session, county, run_id, now)
    failpoint("settle.prepare.after_payments")


def _store_payments(session: Session, county: PayingCounty, run_id: int, now: datetime) -> None:
    """Store a payment for each provider that is due money, and for the others the reason why they wait."""
    dues = dues_of_run(session, run_id, county.id)
    reasons = {settlement_id: why_due_waits(due, now) for settlement_id, due in dues.items()}
    set_waiting(session, {key: reason for key, reason in reasons.items() if reason is not None})
    paid = {key: due for key, due in dues.items() if reasons[key] is None}
    store_payments(session, run_id=run_id, county_id=county.id, county_code=county.code, dues=paid)


def why_due_waits(due: Due, now: datetime, *, held_by_officer: bool = False) -> WaitReason | None:
    """Return why this provider's money waits in this run; None: it is paid."""
    takes = due.account is not None and bank_takes(due.name, due.account.iban, due.total_cents)
    return why_waits(due, now, held_by_officer=held_by_officer, bank_takes=takes)


def _audit(session: Session, act: str, contents: RunContents, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("payment_run", contents.run.id),
        county_id=contents.run.county_id,
        detail={
            "until": contents.run.until.isoformat(),
            "count": len(contents.payments),
            "sum_cents": contents.sum_cents,
            "hash": contents.hash(),
        },
    )
