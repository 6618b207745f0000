"""Carry out a county's file: create the county, or change its settings to those of the file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from county_desk.actions.change_payer_account import enter_payer_account, withdraw_payer_account
from county_desk.load.county_setup import (
    county_id_of,
    lock_setup,
    pay_day_versions,
    shared_paths,
    stored_setup,
    stored_shared,
    use_of_county,
)
from county_desk.load.municipalities import municipality_faults
from county_desk.load.payer_accounts import waiting_account
from county_desk.rules.county_changes import (
    SetupChange,
    calendar_faults,
    changes_between,
    changes_part,
    past_faults,
    shared_faults,
)
from county_desk.rules.county_setup import CountySetup, SetupCode, SharedSetup
from county_desk.rules.first_days import DATED, first_days
from county_desk.rules.pay_days_end import end_faults
from county_desk.rules.payer_account import PayerAccount
from county_desk.write.county_setup import StillUsedError, store_setup
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

MOST_AUDITED = 200
BY_FILE = "county file"
"""The reason of an account that the county's file brings."""


@dataclass(frozen=True, slots=True)
class SetupReport:
    """What a file changed, or would change; with faults nothing was changed."""

    changes: tuple[SetupChange, ...] = ()
    faults: tuple[Refusal, ...] = ()


def set_up_county(
    session: Session, setup: CountySetup, *, actor: Actor, now: datetime, dry_run: bool = False
) -> SetupReport:
    """Store the settings and report what changed; a file that changes nothing writes nothing.

    Once a voucher of the county is granted, another account of the county waits for a second person, who
    confirms it on a page. `dry_run` carries everything out and undoes it, so that what it reports is what
    would happen.
    """
    lock_setup(session)
    account = PayerAccount(setup.iban, setup.bic, setup.bank_letters)
    shared = stored_shared(session)
    use = use_of_county(session, setup.code)
    days = first_days(setup, helsinki_day(now), is_new=use is None, in_use=bool(use))
    stored = stored_setup(session, setup.code, days)
    if stored is not None:
        setup = _with_what_stays(setup, stored)
    changes = changes_between(stored, shared, setup, days)
    if use and stored is not None:
        setup, changes = _with_account_in_use(session, stored, setup, changes)
    faults = (
        *_faults(session, setup, shared, changes),
        *municipality_faults(session, stored, setup),
        *past_faults(setup, changes, days),
        *end_faults(setup, changes, pay_day_versions(session, setup.code), days.settlement_calendar),
    )
    if faults or not changes:
        return SetupReport(faults=faults)
    try:
        with session.begin_nested() as savepoint:
            dated = [name for name in DATED if changes_part(changes, name)]
            county_id = store_setup(session, setup, days, dated)
            if use and changes_part(changes, "bank"):
                _enter_account(session, county_id, account, actor, now)
            _record(session, county_id, changes, actor, now)
            if dry_run:
                savepoint.rollback()
    except StillUsedError as error:
        return SetupReport(faults=(Refusal(SetupCode.IN_USE, error.path),))
    return SetupReport(changes)


def _with_what_stays(setup: CountySetup, stored: CountySetup) -> CountySetup:
    """Return the settings with what is stored of the sections that the file does not have."""
    paths = stored.complaint_paths if setup.complaint_paths is None else setup.complaint_paths
    return replace(
        setup,
        address=setup.address or stored.address,
        complaint_paths=paths,
        settlement_calendar=setup.settlement_calendar or stored.settlement_calendar,
    )


def _with_account_in_use(
    session: Session, stored: CountySetup, setup: CountySetup, changes: tuple[SetupChange, ...]
) -> tuple[CountySetup, tuple[SetupChange, ...]]:
    """Return the settings with the account in use, and the changes without an account that waits already."""
    kept = replace(setup, iban=stored.iban, bic=stored.bic, bank_letters=stored.bank_letters)
    waiting = waiting_account(session, county_id_of(session, setup.code))
    account = PayerAccount(setup.iban, setup.bic, setup.bank_letters)
    if waiting is not None and waiting.account == account:
        changes = tuple(change for change in changes if not change.path.startswith("bank."))
    return kept, changes


def _enter_account(
    session: Session, county_id: int, account: PayerAccount, actor: Actor, now: datetime
) -> None:
    """Let another account wait for a person; one that waited before is withdrawn."""
    waiting = waiting_account(session, county_id)
    if waiting is not None:
        withdraw_payer_account(session, county_id, waiting.id, actor=actor, now=now)
    enter_payer_account(session, county_id, account, why=BY_FILE, actor=actor, now=now)


def _faults(
    session: Session, setup: CountySetup, shared: SharedSetup, changes: tuple[SetupChange, ...]
) -> tuple[Refusal, ...]:
    known_classes = frozenset(entry.code for entry in shared.time_classes)
    known = {service.code for service in (*shared.definitions, *setup.shared.definitions)}
    unknown = [
        Refusal(SetupCode.SERVICE_UNKNOWN, f"services.{code}", {"service": code})
        for code in setup.services
        if code not in known
    ]
    return (
        *calendar_faults(setup, known_classes),
        *unknown,
        *shared_faults(changes, shared_paths(session, setup.code)),
    )


def _record(
    session: Session, county_id: int, changes: tuple[SetupChange, ...], actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act="county.set_up",
        subject=("county", county_id),
        county_id=county_id,
        detail={
            "changes": len(changes),
            "settings": [[change.path, change.before, change.after] for change in changes[:MOST_AUDITED]],
        },
    )
