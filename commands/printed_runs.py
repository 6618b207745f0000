"""A payment run as the command line prints it."""

from __future__ import annotations

import json

import click

from clearing.payments.load.payment_runs import RunContents
from commands.run_pay_days import PreparedFor
from foundation.vocabulary.money import format_hundredths


def print_run(contents: RunContents, as_json: bool, pays: PreparedFor | None = None) -> None:
    """Print a run as a document, or as lines for a person; `pays` only when it was prepared just now."""
    if as_json:
        from county_desk.api.payment_run_schemas import RunSchema, run_out

        out = RunSchema(exclude=["execution_day"]).dump(run_out(contents))
        click.echo(json.dumps(out | (pays.as_json() if pays else {})))
        return
    run = contents.run
    click.echo(f"Run {run.id} of county {run.county_code} until {run.until}: {run.state}")
    click.echo(f"Payments {len(contents.payments)}, sum {format_hundredths(contents.sum_cents)} EUR")
    click.echo(f"Hash {contents.hash()}")
    for text in pays.lines() if pays else ():
        click.echo(text)
    for payment in contents.payments:
        if payment.state == "returned":
            why = " ".join(filter(None, (payment.return_reason, payment.return_text)))
            click.echo(f"  returned: {payment.line.end_to_end_id}  {why}".rstrip())
        if payment.open_code:
            click.echo(f"  decide: payment {payment.id}  {payment.line.end_to_end_id}  {payment.open_code}")
    for back in contents.returned:
        run_text = "" if back.run_id is None else f" {back.run_id}"
        click.echo(f"  next: {back.end_to_end_id}  {back.next_step}{run_text}")
    for line in contents.left_out:
        sum_text = format_hundredths(line.cents)
        click.echo(f"  left out: {line.business_id}  {line.reference or '-'}  -{sum_text}  {line.reason}")
    for waiting in contents.waiting:
        sum_text = format_hundredths(waiting.line.sum_cents)
        click.echo(f"  waits: {waiting.line.business_id}  {sum_text}  {waiting.line.waiting}")
