"""/hallinta/ajastukset: what the program does by itself, and when it last did it."""

from __future__ import annotations

from flask import Blueprint, render_template

from clearing.upkeep.load.job_runs import last_check, last_runs
from county_desk.labels import JOBS
from foundation.vocabulary.roles import Role
from foundation.web.identity import allow
from foundation.web.pages import Page
from foundation.web.transaction import db

blueprint = Blueprint("county_jobs", __name__, template_folder="../templates")


@blueprint.get("/hallinta/ajastukset")
@allow(Role.ADMIN)
def show() -> Page:
    """Show the last run of each job; one that has not run yet is named too."""
    runs = {run.name: run for run in last_runs(db())}
    rows = [(text, runs.get(name)) for name, text in JOBS.items()]
    return render_template("county_desk/jobs.html", rows=rows, check=last_check(db()))
