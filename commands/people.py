"""`omatori people`: invite people to roles of a county, list them, and end them."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NoReturn

import click
from sqlalchemy.orm import Session

from commands.acting import operator_acting
from commands.options import county_option, json_option
from commands.runtime import clock, database_session, report_progress, with_settings
from config import Settings
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money, format_hundredths, parse_hundredths
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import COUNTY_ROLES, PROVIDER_ROLES, Actor, Role

if TYPE_CHECKING:
    from county_desk.load.people import InvitingCounty
    from county_desk.rules.people import RoleTerms

DAY = click.DateTime(formats=["%Y-%m-%d"])
DEVELOPMENT_URL = "http://127.0.0.1:8000"
FAULTS = {
    "email_malformed": "This is not an e-mail address.",
    "last_day_needed": "A substitute needs a last day.",
    "last_day_past": "The last day has passed.",
    "last_day_before_first": "The last day is before the first.",
    "day_impossible": "This day is not possible.",
    "limit_of_worker_only": "Only a case worker has a granting limit.",
    "limit_not_positive": "The limit must be more than 0.",
    "role_held": "The person has this role already. Change its days on /hallinta/ihmiset, or end it first.",
    "substitute_unknown": "The county has nobody else with this address in the role.",
}
OPTIONS = {"last_day": "--to", "first_day": "--from", "granting_limit": "--limit"}
email_option = click.option("--email", required=True, help="Address with which the person logs in.")


@click.group("people")
def people() -> None:
    """Invite the people of a county, list them, and end them."""


@people.command()
@click.option("--role", required=True, type=click.Choice([role.value for role in COUNTY_ROLES]))
@county_option
@email_option
@click.option("--from", "first_day", type=DAY, help="First day of the role; default: today.")
@click.option("--to", "last_day", type=DAY, help="Last day of the role; default: none.")
@click.option("--limit", help="The most that a case worker may grant in one decision, in euros.")
@click.option("--substitute-for", help="Address of the person in whose place this one acts; needs --to.")
@click.option("--print-link", is_flag=True, help="Print the link instead of mailing it.")
@json_option
@with_settings
def invite(
    settings: Settings, county_code: str, email: str, print_link: bool, as_json: bool, **typed: Any
) -> None:
    """Invite somebody to a role of a county: by mail, or by a printed link if there is no mail server.

    The link works once, for 72 hours. The first administrator of a county is invited here.
    """
    from county_desk.actions.invite_person import invite_person, link_of

    now, address = clock(settings), _address(settings)
    is_mailed = settings.mail_host is not None and not print_link
    with database_session(settings) as session:
        county = _county(session, county_code)
        outcome = invite_person(
            session,
            county,
            email,
            _terms(typed, helsinki_day(now)),
            actor=_operator(county.id),
            now=now,
            address=address if is_mailed else None,
        )
    if isinstance(outcome, Refusal):
        _refuse(outcome, as_json)
    link = None if is_mailed else link_of(address, outcome.code)
    _report(email, outcome.expires_at, link, as_json)


@people.command("invite-to-provider")
@click.option("--provider", "business_id", required=True, help="Business ID of the provider.")
@click.option("--role", required=True, type=click.Choice([role.value for role in PROVIDER_ROLES]))
@email_option
@click.option("--to", "last_day", type=DAY, help="Last day of the role; default: none.")
@click.option("--print-link", is_flag=True, help="Print the link instead of mailing it.")
@json_option
@with_settings
def invite_to_provider(
    settings: Settings, business_id: str, email: str, print_link: bool, as_json: bool, **typed: Any
) -> None:
    """Invite somebody to a role of a provider in the register, such as its first or a new owner.

    The link works once, for 72 hours.
    """
    from marketplace.actions.invite_colleague import colleague_link, invite_colleague
    from marketplace.load.colleagues import inviting_provider_named
    from marketplace.rules.colleagues import ColleagueTerms

    now, address = clock(settings), _address(settings)
    is_mailed = settings.mail_host is not None and not print_link
    with database_session(settings) as session:
        provider = inviting_provider_named(session, business_id)
        if provider is None:
            raise click.ClickException(f"There is no provider {business_id}.")
        outcome = invite_colleague(
            session,
            provider,
            email,
            ColleagueTerms(Role(typed["role"]), _day(typed["last_day"])),
            actor=operator_acting(Role.ADMIN, "omatori people", None),
            now=now,
            address=address if is_mailed else None,
        )
    if isinstance(outcome, Refusal):
        _refuse(outcome, as_json)
    _report(email, outcome.expires_at, None if is_mailed else colleague_link(address, outcome.code), as_json)


@people.command()
@county_option
@email_option
@click.option("--why", default="", help="The reason, for the audit log.")
@json_option
@with_settings
def end(settings: Settings, county_code: str, email: str, why: str, as_json: bool) -> None:
    """End a person: all roles in the county, all sessions, their API keys, and open invitations, at once."""
    from county_desk.actions.change_person import end_person

    with database_session(settings) as session:
        county = _county(session, county_code)
        outcome = end_person(
            session, county.id, email, actor=_operator(county.id), now=clock(settings), why=why
        )
    if isinstance(outcome, Refusal):
        raise click.ClickException(f"County {county_code} has no person {email}.")
    if as_json:
        click.echo(json.dumps({"email": email, "roles_ended": outcome}))
    else:
        report_progress(f"{email}: {outcome} roles ended; sessions and keys work no longer.")


@people.command("reset-factor")
@county_option
@email_option
@click.option("--why", required=True, help="The reason, and how you know the person, for the audit log.")
@with_settings
def reset_factor(settings: Settings, county_code: str, email: str, why: str) -> None:
    """Let a person who has lost the app and the recovery codes take a new app into use at the next log-in."""
    from county_desk.actions.change_person import reset_second_factor

    with database_session(settings) as session:
        county = _county(session, county_code)
        refusal = reset_second_factor(
            session, county.id, email, actor=_operator(county.id), now=clock(settings), why=why
        )
    if refusal is not None:
        raise click.ClickException(f"County {county_code} has no person {email} with a second factor.")
    report_progress(f"{email} takes a new app into use at the next log-in; sessions have ended.")


@people.command("list")
@county_option
@json_option
@with_settings
def list_people(settings: Settings, county_code: str, as_json: bool) -> None:
    """List the county's people with their roles, and the open invitations."""
    from county_desk.load.people import open_role_invitations, people_of_county

    now = clock(settings)
    with database_session(settings) as session:
        county = _county(session, county_code)
        held = people_of_county(session, county.id, helsinki_day(now))
        invited = open_role_invitations(session, county.id, now)
    people = [
        {"name": one.name, "email": one.email, **_described(one.terms), "substitute_for": one.substitute_for}
        for one in held
    ]
    invitations = [
        {"email": one.email, **_described(one.terms), "expires_at": one.expires_at.isoformat()}
        for one in invited
    ]
    if as_json:
        click.echo(json.dumps({"people": people, "invitations": invitations}, ensure_ascii=False, indent=1))
        return
    for row in people:
        click.echo(f"{row['role']:<20} {row['name']} <{row['email']}> {row['from']} - {row['to'] or ''}")
    for row in invitations:
        click.echo(f"{row['role']:<20} invited: {row['email']}, open until {row['expires_at']}")


def _operator(county_id: int) -> Actor:
    return operator_acting(Role.ADMIN, "omatori people", county_id)


def _county(session: Session, code: str) -> InvitingCounty:
    from commands.lookup import county_with_code
    from county_desk.load.people import inviting_county

    county = inviting_county(session, county_with_code(session, code).id)
    assert county is not None
    return county


def _address(settings: Settings) -> str:
    """Return the public address of the service; raise ClickException in production if it is not set."""
    if settings.public_url is None and settings.is_production:
        raise click.ClickException(
            "Set OMATORI_URL to the public address of the service: links begin with it."
        )
    return settings.public_url or DEVELOPMENT_URL


def _terms(typed: dict[str, Any], today: date) -> RoleTerms:
    from county_desk.rules.people import RoleTerms

    first, last = (_day(typed[name]) for name in ("first_day", "last_day"))
    limit = None if typed["limit"] is None else parse_hundredths(typed["limit"])
    if limit is None and typed["limit"] is not None:
        raise click.BadParameter("Write euros such as 5000 or 5000.00.", param_hint="--limit")
    money = None if limit is None else Money(limit)
    return RoleTerms(Role(typed["role"]), first or today, last, money, typed["substitute_for"])


def _day(typed: datetime | None) -> date | None:
    return None if typed is None else typed.date()


def _described(terms: RoleTerms) -> dict[str, Any]:
    limit = terms.granting_limit_cents
    return {
        "role": terms.role.value,
        "from": terms.first_day.isoformat(),
        "to": None if terms.last_day is None else terms.last_day.isoformat(),
        "granting_limit": None if limit is None else format_hundredths(limit),
    }


def _report(email: str, expires_at: datetime, link: str | None, as_json: bool) -> None:
    if as_json:
        found = {"email": email, "expires_at": expires_at.isoformat(), "link": link}
        click.echo(json.dumps(found))
    elif link is None:
        report_progress(
            f"The link is mailed to {email}. It works once, until {expires_at:%Y-%m-%d %H:%M} UTC."
        )
    else:
        click.echo(link)
        report_progress(f"Give this link to {email}. It works once, until {expires_at:%Y-%m-%d %H:%M} UTC.")


def _refuse(refusal: Refusal, as_json: bool) -> NoReturn:
    """End the command with every reason.

    Raises:
        click.exceptions.Exit: Always, with code 1.
    """
    rows = [{"field": reason.field, "code": reason.code} for reason in refusal.reasons]
    if as_json:
        click.echo(json.dumps({"errors": rows}))
    for reason in refusal.reasons:
        option = OPTIONS.get(reason.field, f"--{reason.field.replace('_', '-')}")
        click.echo(f"{option}: {FAULTS[reason.code]} ({reason.code})", err=True)
    raise click.exceptions.Exit(1)
