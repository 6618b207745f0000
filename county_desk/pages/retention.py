"""/sailytys: how long each kind of data is kept, why, and what the last run removed."""

from __future__ import annotations

from flask import Blueprint, render_template

from clearing.upkeep.facts.removals import REMOVALS
from clearing.upkeep.load.job_runs import last_runs
from clearing.upkeep.load.retention import last_removals
from clearing.upkeep.rules.retention_rules import RULES, Period, rules_on
from foundation.vocabulary.roles import KEEPERS_OF_DATA
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.identity import allow
from foundation.web.languages import _, ngettext
from foundation.web.pages import Page
from foundation.web.transaction import db

blueprint = Blueprint("county_retention", __name__, template_folder="../templates")
JOB = "apply_retention"
KINDS_OF_DATA = {
    "sessions": N_("Log-ins"),
    "drafts": N_("Drafts that nobody continued"),
    "log_in_attempts": N_("Begun log-ins at other services"),
    "password_resets": N_("Links to a new password"),
    "answers": N_("Answers to programs (idempotency)"),
    "sent_mail": N_("Texts of sent mails"),
    "uploads": N_("Uploaded files that were not sent"),
    "stopped_files": N_("Files of charges that their providers stopped"),
    "invitations_to_help": N_("Unused invitations to help a client"),
    "invitations_of_clients": N_("Unused invitations of clients to log in"),
    "invitations_of_staff": N_("Unused invitations of staff"),
    "invitations_of_companies": N_("Unused invitations of companies"),
    "papers": N_("New papers of companies, refused or taken back"),
    "applications": N_("Applications of companies, refused or taken back"),
    "warnings": N_("Early warnings"),
    "time_requests": N_("Questions about free times"),
    "help_requests": N_("What clients asked of the county"),
    "suggestions": N_("Suggestions to clients"),
    "cards": N_("Cards of clients"),
    "calendars": N_("Revoked addresses of calendars"),
    "webhook_deliveries": N_("Notices to providers' programs"),
    "people": N_("Who people are that have left: staff, people of providers, helpers"),
    "support_plans": N_("Support plans, goals and lists of former clients"),
    "messages": N_("Messages"),
    "looks": N_("Log of acts and looks"),
    "client_records": N_("Decisions, vouchers, choices, visits, disputes and feedback"),
    "card_attempts": N_("Card payments of bills that came to nothing"),
    "bills": N_("Bills to clients, and what was paid of them"),
    "books": N_("Charges, postings, settlements and payments"),
}
"""The kinds of data that have a rule of keeping, by their stored names."""


@blueprint.app_template_filter("kept_for")
def kept_for(period: Period | None) -> str:
    """Return a period in words; without one the job does not remove the kind."""
    if period is None:
        return _(N_("See the ground"))
    months = ngettext("%(n)s month", "%(n)s months", period.months) if period.months else ""
    days = ngettext("%(n)s day", "%(n)s days", period.days) if period.days else ""
    return " ".join(filter(None, (months, days)))


@blueprint.get("/sailytys")
@allow(*KEEPERS_OF_DATA)
def show() -> Page:
    """Show the rules in force, those that begin later, and the last and next run."""
    run = next((run for run in last_runs(db()) if run.name == JOB), None)
    return render_template(
        "county_desk/retention.html",
        rules=rules_on(today()).values(),
        later=[rule for rule in RULES if rule.from_day > today()],
        names=KINDS_OF_DATA,
        counts=last_removals(db()),
        removed_by_job=REMOVALS.keys(),
        run=run,
    )
