"""`omatori settle`: payment runs by hand; each step is one transaction and safe to repeat.

The person named by `--as` proves who they are with `OMATORI_KEY` (commands/acting.py).
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.orm import Session

from clearing.payments.load.payment_runs import RunContents, RunHeader
from clearing.payments.rules.settling import APPROVERS, PREPARERS, SENDERS, RunRefusalCode
from commands.acting import operator_acting, person_acting
from commands.files import complete_file
from commands.lookup import county_with_code
from commands.options import EXISTING_FILE, OUTPUT_FILE, county_filter_option, county_option, json_option
from commands.printed_runs import print_run
from commands.run_pay_days import last_service_day, prepared_for
from commands.runtime import clock, database_session, report_progress, with_settings
from config import Settings
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role

Result = TypeVar("Result")

person_option = click.option(
    "--as", "log_in", required=True, help="Log-in of the person who acts; OMATORI_KEY is a key of theirs."
)
operator_option = click.option(
    "--as", "log_in", help="Log-in of the person who acts; default: the operator of this machine."
)


@click.group("settle")
def settle() -> None:
    """Prepare, approve, export and match payment runs."""


@settle.command()
@county_option
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last service day; default: the cut-off of the pay day that is due.",
)
@person_option
@json_option
@with_settings
def prepare(settings: Settings, county_code: str, until: datetime | None, log_in: str, as_json: bool) -> None:
    """Prepare a run of the accepted charges, and say for which pay days it is. A prepared run is replaced."""
    from clearing.payments.actions.prepare_payment_run import prepare_payment_run

    now = clock(settings)
    with database_session(settings) as session:
        county = county_with_code(session, county_code)
        actor = person_acting(session, settings, log_in, PREPARERS, helsinki_day(now))
        day = until.date() if until else last_service_day(session, county.id, helsinki_day(now))
        contents = _done(prepare_payment_run(session, county=county, until=day, actor=actor, now=now))
        pays = prepared_for(session, contents.run, helsinki_day(now))
    print_run(contents, as_json, pays)


@settle.command()
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--hash", "run_hash", help="Hash of the run that was reviewed; default: the current hash.")
@person_option
@json_option
@with_settings
def approve(settings: Settings, run_id: int, run_hash: str | None, log_in: str, as_json: bool) -> None:
    """Approve a run that another person prepared. If it changed, what changed is left out: approve again."""
    from clearing.payments.actions.approve_payment_run import approve_payment_run
    from clearing.payments.actions.leave_out_changed import leave_out_changed

    now = clock(settings)
    with database_session(settings) as session:
        actor = person_acting(session, settings, log_in, APPROVERS, helsinki_day(now))
        run_hash = run_hash or _run(session, run_id).hash()
        approved = approve_payment_run(session, run_id, run_hash, actor=actor, now=now)
        is_changed = isinstance(approved, Refusal) and approved.code == RunRefusalCode.CHANGED
        if is_changed:
            approved = leave_out_changed(session, run_id, actor=actor, now=now)
        contents = _done(approved)
    print_run(contents, as_json)
    if is_changed:
        raise click.ClickException("Refused: run_changed. What changed was left out; approve the new hash.")


@settle.command()
@click.argument("run_id", metavar="RUN", type=int)
@click.option("-o", "--output", type=OUTPUT_FILE, required=True, help="File to write.")
@operator_option
@with_settings
def export(settings: Settings, run_id: int, output: Path, log_in: str | None) -> None:
    """Write the bank file of an approved run. Exporting again gives the same bytes."""
    from clearing.payments.actions.export_bank_file import export_bank_file
    from foundation.database.failpoints import failpoint

    now = clock(settings)
    with database_session(settings) as session:
        county_id = _run(session, run_id).run.county_id
        actor = _sender(session, settings, log_in, helsinki_day(now), county_id, "omatori settle export")
        content = _done(export_bank_file(session, run_id, actor=actor, now=now))
    failpoint("bank_file.before_write")
    with complete_file(output) as file:
        file.write(content)
    report_progress(f"Run {run_id}: {len(content)} bytes in {output}.")


@settle.command()
@click.argument("run_id", metavar="RUN", type=int)
@operator_option
@json_option
@with_settings
def send(settings: Settings, run_id: int, log_in: str | None, as_json: bool) -> None:
    """Send an approved run: its payments by Stripe leave on its day, the others in the bank file."""
    from clearing.payments.actions.export_bank_file import send_run

    now = clock(settings)
    with database_session(settings) as session:
        county_id = _run(session, run_id).run.county_id
        actor = _sender(session, settings, log_in, helsinki_day(now), county_id, "omatori settle send")
        contents = _done(send_run(session, run_id, actor=actor, now=now))
    print_run(contents, as_json)


@settle.command("compare-stripe")
@county_option
@with_settings
def compare_stripe(settings: Settings, county_code: str) -> None:
    """Compare a county's payments with Stripe's own list, as before payments go on after a restore."""
    from clearing.payments.actions.compare_with_stripe import compare_with_stripe
    from clearing.payments.gateways.stripe_rails import stripe_rails
    from commands.runtime import sessions_beside

    rail = stripe_rails(settings.stripe).by_county.get(county_code)
    if rail is None:
        raise click.ClickException(f"STRIPE_SECRET_KEY_{county_code} is not set")
    with database_session(settings) as session:
        county = county_with_code(session, county_code)
        found = _done(compare_with_stripe(sessions_beside(session), county, rail, now=clock(settings)))
    click.echo(
        f"{found.transfers} transfers, {found.applied} moved something, {found.findings} not understood."
    )


@settle.command()
@click.argument("file", type=EXISTING_FILE)
@operator_option
@json_option
@with_settings
def ingest(settings: Settings, file: Path, log_in: str | None, as_json: bool) -> None:
    """Process a bank answer (pain.002, camt.053, camt.054), and list what did not match."""
    from clearing.payments.actions.ingest_bank_answer import ingest_bank_answer

    now = clock(settings)
    with database_session(settings) as session:
        actor = _sender(session, settings, log_in, helsinki_day(now), None, "omatori settle ingest")
        report = _done(ingest_bank_answer(session, file.read_bytes(), actor=actor, now=now))
    unknown = [entry.identifier for entry in report.unmatched]
    if as_json:
        click.echo(json.dumps({"matched": report.matched, "returned": report.returned, "unknown": unknown}))
    else:
        click.echo(f"Matched {report.matched}, returned {report.returned}, unknown {len(unknown)}.")
        if report.accepted or report.known:
            click.echo(f"Accepted by the bank {report.accepted}, known already {report.known}.")
        for entry in report.unmatched:
            words = " ".join(filter(None, (entry.code, entry.reason, entry.text)))
            click.echo(f"  {entry.identifier}: {entry.mismatch}  {words}".rstrip())


@settle.command("decide-answer")
@click.argument("payment_id", metavar="PAYMENT", type=int)
@click.argument("decision", type=click.Choice(["holds", "does_not_hold"]))
@person_option
@with_settings
def decide_answer(settings: Settings, payment_id: int, decision: str, log_in: str) -> None:
    """Decide whether a bank's answer that is open on a payment holds. Not by the person who uploaded it."""
    from clearing.payments.actions.decide_open_answer import decide_open_answer
    from clearing.payments.rules.verdicts import Decision

    now = clock(settings)
    with database_session(settings) as session:
        actor = person_acting(session, settings, log_in, SENDERS, helsinki_day(now))
        _done(decide_open_answer(session, payment_id, Decision(decision), actor=actor, now=now))
    report_progress(f"Payment {payment_id}: the answer {decision.replace('_', ' ')}.")


@settle.command()
@county_option
@click.option("--why", required=True, help="How the book was matched with the bank.")
@click.option(
    "--not-at-bank",
    type=int,
    multiple=True,
    metavar="RUN",
    help="A run that waits here, and of which you have seen that the bank has no file. Once for each run.",
)
@person_option
@with_settings
def unfreeze(
    settings: Settings, county_code: str, why: str, not_at_bank: tuple[int, ...], log_in: str
) -> None:
    """Let a county pay from a restored database, once a person has matched it with the bank."""
    from clearing.payments.actions.unfreeze_settlement import unfreeze_settlement

    now = clock(settings)
    with database_session(settings) as session:
        county = county_with_code(session, county_code)
        actor = person_acting(session, settings, log_in, SENDERS, helsinki_day(now))
        done = unfreeze_settlement(
            session, county_id=county.id, why=why, not_at_bank=not_at_bank, actor=actor, now=now
        )
        _done(done)
    report_progress(f"County {county_code} settles in this database now.")


@settle.command()
@click.argument("run_id", metavar="[RUN]", type=int, required=False)
@county_filter_option
@json_option
@with_settings
def status(settings: Settings, run_id: int | None, county_code: str | None, as_json: bool) -> None:
    """Print the state of a run, or list the runs."""
    from clearing.payments.load.payment_runs import runs_of_county

    with database_session(settings) as session:
        if run_id is not None:
            print_run(_run(session, run_id), as_json)
            return
        county = None if county_code is None else county_with_code(session, county_code)
        runs = runs_of_county(session, county.id if county else None)
    if as_json:
        click.echo(json.dumps([_header_as_json(header) for header in runs]))
        return
    for header in runs:
        click.echo(f"{header.run.id}  {header.run.county_code}  {header.run.state}  until {header.run.until}")


def _done(result: Result | Refusal) -> Result:
    """Return the result of a step, or print its refusal as an error; the error rolls the step back."""
    if not isinstance(result, Refusal):
        return result
    if result.field == "file":
        raise click.ClickException(f"The file was not processed: {result.code}.")
    differences = "".join(
        f"\n  {reason.code} {reason.field}: {reason.values['expected']} / {reason.values['found']}"
        for reason in result.reasons
    )
    raise click.ClickException(f"Refused: {result.code}.{differences}")


def _sender(
    session: Session, settings: Settings, log_in: str | None, day: date, county_id: int | None, name: str
) -> Actor:
    if log_in is not None:
        return person_acting(session, settings, log_in, SENDERS, day)
    return operator_acting(Role.SETTLEMENT_OFFICER, name, county_id)


def _run(session: Session, run_id: int) -> RunContents:
    from clearing.payments.load.payment_runs import run_contents

    contents = run_contents(session, run_id)
    if contents is None:
        raise click.ClickException(f"There is no run {run_id}.")
    return contents


def _header_as_json(header: RunHeader) -> dict[str, Any]:
    run = header.run
    return {"id": run.id, "state": run.state, "county": run.county_code, "until": run.until.isoformat()}
