"""/katsojat: who has used the client's data, by day and person; and asking why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for

from clearing.charges.rules.disputes import answer_by
from foundation.vocabulary.dates import parse_iso_day
from foundation.vocabulary.labels import ROLES_FOR_CLIENT
from foundation.vocabulary.look_labels import LOOKED_AT, look_act_label
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.clock import now, today
from foundation.web.formats import said_day_text
from foundation.web.forms import Form, TextAreaField, at_most
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.pages import Page, Result, not_found
from foundation.web.transaction import db
from marketplace.actions.ask_why import LONGEST_WORDS, ask_why
from marketplace.disclosure.look_log import LookLog
from marketplace.disclosure.look_questions import questions_to_answer
from marketplace.load.look_questions import LookQuestionEntry
from marketplace.pages.acting_client import Acting, acting
from marketplace.rules.who_looked import SIDES, Looker, Side, by_day

blueprint = Blueprint("marketplace_looks", __name__, template_folder="../templates")
ON_A_PAGE = 25
SIDE_NAMES = {
    Side.COUNTY: N_("The county"),
    Side.PROVIDER: N_("Service providers"),
    Side.HELPER: N_("You and your helpers"),
}


@blueprint.app_template_filter("act_in_words")
def act_in_words(act: str) -> str:
    """Return the label of an audit act, such as `client.look` or `choice.make`."""
    return _(look_act_label(act))


@blueprint.app_template_filter("kinds_in_words")
def kinds_in_words(kinds: Iterable[str]) -> str:
    """Return the labels of what was looked at; empty if none has a label."""
    return ", ".join(_(LOOKED_AT[kind]) for kind in sorted(kinds) if kind in LOOKED_AT)


@blueprint.app_template_global("look_questions_to_answer")
def look_questions_to_answer() -> tuple[list[LookQuestionEntry], int]:
    """Return the oldest open questions to the reader's provider or county, and the number of all."""
    return questions_to_answer(db(), actor=current_actor(), now=now())


@blueprint.app_template_global("sides_of_lookers")
def sides_of_lookers() -> dict[Side, str]:
    """Return the labels of those who use clients' data."""
    return {side: _(name) for side, name in SIDE_NAMES.items()}


@blueprint.app_template_filter("role_in_words")
def role_in_words(role: str | None) -> str:
    """Return the label of a role; None is the system."""
    return _(ROLES_FOR_CLIENT.get(role or "", N_("The system")))


class QuestionForm(Form):
    """What the client wants to know; it may be empty."""

    question = TextAreaField(
        N_("What do you want to know?"),
        [at_most(LONGEST_WORDS, N_("Enter at most %(length)s characters"))],
        hint=N_("You can leave this empty. Then we say why the person used your data."),
    )


@blueprint.get("/katsojat")
@allow(*CLIENT_ROLES)
def show_looks() -> Page:
    """Show by day who has used the client's data; what each did opens on wish."""
    person, paging = acting(), read_page_number(ON_A_PAGE)
    log, side = person.data.look_log or not_found(), _side()
    counts = log.counts()
    found = log.lookers(side, first=paging.offset, count=paging.page_size)
    return render_template(
        "marketplace/looks.html",
        person=person,
        days=by_day(found),
        questions=_questions(log, found),
        counts=counts,
        side=side,
        paging=paging.of(sum(counts.values()) if side is None else counts[side]),
    )


def _side() -> Side | None:
    """Return the side in the address (`kuka=county`); None: everybody."""
    text = request.args.get("kuka", "")
    return Side(text) if text in SIDES else None


def _questions(log: LookLog, found: list[Looker]) -> dict[tuple[date, int], LookQuestionEntry]:
    """Return the newest question about each person and day of the page."""
    since = min((looker.day for looker in found), default=today())
    asked = log.questions(since)
    return {(question.day, question.looker_id): question for question in reversed(asked)}


@blueprint.route("/katsojat/<day>/<int:person_id>/kysy", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def ask(day: str, person_id: int) -> Result:
    """Ask why somebody used the client's data on a day."""
    person, form, on = acting(), QuestionForm(), parse_iso_day(day)
    log = person.data.look_log or not_found()
    looker = None if on is None else log.looker(on, person_id)
    if looker is None or looker.person_id == current_actor().person_id:
        not_found()
    if not form.validate_on_submit():
        return render_template("marketplace/ask_why.html", person=person, form=form, looker=looker)
    flash(*_ask(person, looker, form.question.data or ""))
    return redirect(url_for(".show_looks"))


def _ask(person: Acting, looker: Looker, question: str) -> tuple[str, str]:
    """Store the question; return what the client reads, and the tone."""
    key = {"client": person.client, "day": looker.day, "looker_id": looker.person_id or 0}
    done = ask_why(db(), **key, question=question, actor=current_actor(), now=now())  # type: ignore[arg-type]
    if isinstance(done, Refusal):
        return _("You have already asked. The answer comes here."), "info"
    day = said_day_text(answer_by(today()), today=today())
    return _("Your question has been sent. You get the answer here by %(day)s.", day=day), "success"
