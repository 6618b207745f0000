"""/hb/saannot: the limits of the early warnings, changed with a preview and by two people."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.upkeep.actions.change_thresholds import (
    Counts,
    Proposal,
    ThresholdRefusal,
    accept_thresholds,
    preview_thresholds,
    propose_thresholds,
    reject_thresholds,
)
from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.facts.thresholds import THRESHOLDS, Thresholds, ThresholdState
from clearing.upkeep.load.judged import thresholds_on
from clearing.upkeep.load.thresholds import threshold_versions
from clearing.upkeep.rules.limits import BY_NAME, LIMITS, Limit, shown_values
from county_desk.labels import THRESHOLD_REFUSALS
from county_desk.pages.alert_texts import TITLES
from county_desk.pages.limit_texts import COUNTED, LABELS
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CASEWORK_ROLES, Role
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.forms import DayField, Form, TextField, at_most, matches, needed
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _, current_language
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db

blueprint = Blueprint("county_thresholds", __name__, template_folder="../templates")
NUMBER = r"^\d{1,4}([.,]\d{1,2})?$"


class LimitsForm(Form):
    """Every limit as people write it, from which day it is in force, and why."""

    valid_from = DayField(N_("From which day?"), [needed(N_("Write the day, for example 1.12.2026"))])
    why = TextField(N_("Why?"), [needed(N_("Write why")), at_most(300, N_("Write less"))])

    def values(self) -> dict[str, float]:
        """Return the limits that were written."""
        return {limit.name: float(self[limit.name].data.replace(",", ".")) for limit in LIMITS}


for _limit in LIMITS:
    setattr(
        LimitsForm,
        _limit.name,
        TextField(
            LABELS[_limit.name],
            [needed(N_("Write a number")), matches(NUMBER, N_("Write a number"))],
            hint=COUNTED[_limit.counted],
        ),
    )


@blueprint.get("/hb/saannot")
@allow(*CASEWORK_ROLES)
def show() -> Page:
    """Show the limits in force, a proposal that waits, and every version."""
    actor, county_id = current_actor(), current_actor().county_id or 0
    versions = threshold_versions(db(), county_id)
    waiting = next((each for each in versions if each.state is ThresholdState.WAITING), None)
    return render_template(
        "county_desk/thresholds.html",
        rules=_by_rule(),
        limits=thresholds_on(db(), county_id, today()),
        waiting=waiting,
        may_accept=waiting is not None and _may_accept(actor.role, actor.person_id, waiting.made_by),
        versions=versions,
    )


def _may_accept(role: Role | None, person_id: int | None, made_by: int) -> bool:
    return role is Role.COORDINATOR and person_id != made_by


@blueprint.route("/hb/saannot/muuta", methods=["GET", "POST"])
@allow(*CASEWORK_ROLES)
def change() -> Result:
    """Ask for other limits, show how many warnings they would give, and send them to a second person."""
    form = LimitsForm(data=_in_force())
    counts: Counts | Refusal | None = None
    if form.validate_on_submit():
        counts = preview_thresholds(db(), current_actor().county_id or 0, form.values(), now=now())
        if isinstance(counts, Refusal):
            _refuse(form, counts)
        elif "send" in request.form and _send(form):
            return redirect(url_for(".show"))
    counts = None if isinstance(counts, Refusal) else counts
    return render_template("county_desk/thresholds_change.html", form=form, rules=_by_rule(), counts=counts)


def _send(form: LimitsForm) -> bool:
    assert form.valid_from.data is not None  # the form has been validated
    proposal = Proposal(form.values(), form.valid_from.data, form.why.data or "")
    actor = current_actor()
    done = propose_thresholds(db(), actor.county_id or 0, proposal, actor=actor, now=now())
    if isinstance(done, Refusal):
        _refuse(form, done)
        return False
    flash(_("Sent. A coordinator other than you accepts or rejects it."), "success")
    return True


def _refuse(form: LimitsForm, refusal: Refusal) -> None:
    field = refusal.field if refusal.field in form else None
    form.refuse(field, _(THRESHOLD_REFUSALS[ThresholdRefusal(refusal.code)]))


@blueprint.post("/hb/saannot/<int:version_id>/hyvaksy")
@allow(Role.COORDINATOR)
def accept(version_id: int) -> Result:
    """Let the proposed limits be in force from their day."""
    actor = current_actor()
    if Form().validate_on_submit():
        done = accept_thresholds(db(), actor.county_id or 0, version_id, actor=actor, now=now())
        _say(done, _("Accepted. The limits are in force from their day."))
    return redirect(url_for(".show"))


@blueprint.post("/hb/saannot/<int:version_id>/hylkaa")
@allow(*CASEWORK_ROLES)
def reject(version_id: int) -> Result:
    """Reject the proposed limits."""
    actor = current_actor()
    if Form().validate_on_submit():
        done = reject_thresholds(db(), actor.county_id or 0, version_id, actor=actor, now=now())
        _say(done, _("Rejected. The limits stay as they are."))
    return redirect(url_for(".show"))


def _say(done: Refusal | None, text: str) -> None:
    if done is not None and done.code == ThresholdRefusal.UNKNOWN:
        not_found()
    if done is None:
        flash(text, "success")
    else:
        flash(_(THRESHOLD_REFUSALS[ThresholdRefusal(done.code)]), "error")


def _in_force() -> dict[str, object]:
    shown = shown_values(thresholds_on(db(), current_actor().county_id or 0, today()))
    return {name: number_text(value) for name, value in shown.items()} | {"valid_from": today()}


def _by_rule() -> list[tuple[AlertRule, str, list[Limit]]]:
    """Return each rule with its title and limits, in the order of the limits."""
    rules = dict.fromkeys(limit.rule for limit in LIMITS)
    return [(rule, _(TITLES[rule]), [each for each in LIMITS if each.rule is rule]) for rule in rules]


@blueprint.app_template_filter("number_text")
def number_text(value: float) -> str:
    """Return a limit with the reader's decimal mark, without zeros at the end."""
    text = f"{value:g}"
    return text if current_language() is Language.EN else text.replace(".", ",")


@blueprint.app_template_global("limits_shown")
def limits_shown(limits: Thresholds) -> list[tuple[str, str, float]]:
    """Return the name, the text and the value of every limit."""
    return [
        (name, f"{_(LABELS[name])} ({_(COUNTED[BY_NAME[name].counted])})", value)
        for name, value in shown_values(limits).items()
    ]


@blueprint.app_template_global("limits_that_differ")
def limits_that_differ(before: Thresholds, after: Thresholds) -> list[tuple[str, float, float]]:
    """Return the text of each limit that changes, with its value before and after."""
    pairs = zip(limits_shown(before), limits_shown(after), strict=True)
    return [(text, old, new) for (_name, text, old), (_same, _text, new) in pairs if old != new]


@blueprint.app_template_global("limits_were_changed")
def limits_were_changed() -> bool:
    """Return whether the county's limits are others than those of the program."""
    return thresholds_on(db(), current_actor().county_id or 0, today()) != THRESHOLDS
