"""/hallinta/ajastukset: what the program does by itself, and when it last did it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template

from clearing.upkeep.load.job_runs import last_check, last_runs
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.identity import allow
from foundation.web.pages import Page
from foundation.web.transaction import db

JOBS: Mapping[str, str] = {
    "send_outbox": N_("Send mail"),
    "delete_keys": N_("Forget old idempotency keys"),
    "seal": N_("Seal the audit log"),
    "anchor": N_("Keep the value of the audit log outside"),
    "merge": N_("Follow mergers of municipalities"),
    "expire": N_("Return money that can no longer be charged"),
    "plan_marked": N_("Plan bookings again after a change"),
    "plan": N_("Plan all bookings again"),
    "forget_messages": N_("Delete messages whose time is over"),
    "judge": N_("Assess early warnings"),
    "verify": N_("Check the books"),
    "remind_of_papers": N_("Remind providers of papers that end"),
    "remind_of_runs": N_("Mail the county when its payment run is late"),
    "tell_of_bills": N_("Mail clients about bills"),
    "apply_retention": N_("Remove data whose time is over"),
    "pay_by_stripe": N_("Pay by Stripe"),
    "compare_with_stripe": N_("Compare payments with Stripe"),
    "send_webhooks": N_("Send notices to providers' programs"),
    "work_out_free_times": N_("Work out which times are free"),
}
"""The jobs of the timetable, by their stored names."""

blueprint = Blueprint("county_jobs", __name__, template_folder="../templates")


@blueprint.get("/hallinta/ajastukset")
@allow(Role.ADMIN)
def show() -> Page:
    """Show the last run of each job; one that has not run yet is named too."""
    runs = {run.name: run for run in last_runs(db())}
    rows = [(text, runs.get(name)) for name, text in JOBS.items()]
    return render_template("county_desk/jobs.html", rows=rows, check=last_check(db()))
