"""/sailytys: how long each kind of data is kept, why, and what the last run removed."""

from __future__ import annotations

from flask import Blueprint, render_template

from clearing.upkeep.facts.removals import REMOVALS
from clearing.upkeep.load.job_runs import last_runs
from clearing.upkeep.load.retention import last_removals
from clearing.upkeep.rules.retention_rules import RULES, Period, rules_on
from county_desk.labels import KINDS_OF_DATA
from foundation.vocabulary.roles import Role
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.identity import allow
from foundation.web.languages import _, ngettext
from foundation.web.pages import Page
from foundation.web.transaction import db

blueprint = Blueprint("county_retention", __name__, template_folder="../templates")
JOB = "apply_retention"


@blueprint.app_template_filter("kept_for")
def kept_for(period: Period | None) -> str:
    """Return a period in words; without one the job does not remove the kind."""
    if period is None:
        return _(N_("See the ground"))
    months = ngettext("%(n)s month", "%(n)s months", period.months) if period.months else ""
    days = ngettext("%(n)s day", "%(n)s days", period.days) if period.days else ""
    return " ".join(filter(None, (months, days)))


@blueprint.get("/sailytys")
@allow(Role.ADMIN, Role.AUDITOR)
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
