"""What the pages of an application do, whether it was opened by a link or by an owner."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, flash, redirect, render_template

from foundation.vocabulary.labels import PAPERS
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from foundation.web.clock import now, today
from foundation.web.files import saved_download
from foundation.web.languages import N_, _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.apply_as_provider import submit_application, withdraw_application
from marketplace.load.applications import counties_to_apply_to, paper_file
from marketplace.load.catalogue import municipalities, service_names
from marketplace.rules.applying import Application, Task, tasks_done
from marketplace.rules.attachments import ENDINGS
from provider_portal.pages.application_forms import (
    FAULTS,
    SLUGS,
    TITLES,
    form_of_task,
    save_task,
    show_refusal,
)
from provider_portal.pages.labels import APPLICATION_STATES, SERVICE_DECISIONS

NOT_SENT = N_("The application is not complete. Do the tasks that are open.")


@dataclass(frozen=True, slots=True)
class OpenedApplication:
    """An application, the address of its pages, and who has opened it."""

    found: Application
    base: str
    actor: Actor


def task_list(opened: OpenedApplication, status: int = 200) -> tuple[Page, int]:
    """Return the page with the tasks, or with what became of the application."""
    found = opened.found
    done = tasks_done(found)
    names = dict(counties_to_apply_to(db()))
    tasks = [(f"{opened.base}/{slug}", TITLES[task], done[task]) for slug, task in SLUGS.items()]
    page = render_template(
        "provider_portal/application.html",
        application=found,
        base=opened.base,
        tasks=tasks,
        is_complete=all(done.values()),
        county=names[found.county_id],
        service_names=service_names(db()),
        places={each.code: each.name for each in municipalities(db(), today(), found.county_id)},
        states=APPLICATION_STATES,
        decisions=SERVICE_DECISIONS,
        kinds=PAPERS,
        is_owner_page=opened.base.startswith("/t/"),
    )
    return page, status


def do_task(opened: OpenedApplication, slug: str) -> Result:
    """Show the form of a task, and save it."""
    task = SLUGS.get(slug) or not_found()
    if not opened.found.is_open:
        return redirect(opened.base, 303)
    form = form_of_task(task, opened.found)
    if form.validate_on_submit():
        refusal = save_task(task, opened.found, form)
        if refusal is None:
            flash(_("Saved."), "success")
            return redirect(opened.base, 303)
        show_refusal(form, refusal)
    return _task_page(opened, task, form)


def _task_page(opened: OpenedApplication, task: Task, form: object) -> Page:
    kind = task.value
    paper = next((each for each in opened.found.papers.values() if each.kind.value == kind), None)
    return render_template(
        "provider_portal/application_task.html",
        form=form,
        task=kind,
        task_title=TITLES[task],
        base=opened.base,
        paper=paper,
    )


def send(opened: OpenedApplication) -> Result:
    """Send the application to the county."""
    refusal = submit_application(db(), opened.found.id, actor=opened.actor, now=now())
    return _moved(opened, refusal, _("The application was sent. The county answers by e-mail."))


def take_back(opened: OpenedApplication) -> Result:
    """Withdraw the application."""
    refusal = withdraw_application(db(), opened.found.id, actor=opened.actor, now=now())
    return _moved(opened, refusal, _("The application was withdrawn."))


def _moved(opened: OpenedApplication, refusal: Refusal | None, done: str) -> Result:
    if refusal is None:
        flash(done, "success")
    else:
        flash(_(FAULTS.get(refusal.code, NOT_SENT)), "error")
    return redirect(opened.base, 303)


def paper_download(application_id: int, paper_id: int) -> Response:
    """Answer with a paper that the browser saves under the program's own name."""
    kind, media_type, content = paper_file(db(), application_id, paper_id) or not_found()
    name = f"{kind.replace('_', '-')}-{application_id}.{ENDINGS[media_type]}"
    return saved_download(content, name, media_type)
