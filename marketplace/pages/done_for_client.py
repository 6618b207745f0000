"""/auttajat/tehty: what helpers and the guardian have done for the client, and what the client wanted."""

from __future__ import annotations

from flask import Blueprint, render_template

from foundation.vocabulary.roles import Role
from foundation.web.api import read_page_number
from foundation.web.catalogues import N_
from foundation.web.identity import allow
from foundation.web.languages import _
from foundation.web.pages import Page, not_found
from marketplace.pages.acting_client import acting
from marketplace.rules.guardian_acts import GuardianAct, WishKind

blueprint = Blueprint("marketplace_done", __name__, template_folder="../templates")
ON_A_PAGE = 25
ACTS = {
    GuardianAct.CHOOSE: N_("Choosing help"),
    GuardianAct.END: N_("Ending help"),
    GuardianAct.CHANGE_VISIT: N_("Moving a visit"),
    GuardianAct.CANCEL_VISIT: N_("Cancelling a visit"),
    GuardianAct.PAUSE: N_("Pausing help"),
    GuardianAct.MOVE: N_("Moving money"),
    GuardianAct.CONFIRM: N_("Saying that a visit was right"),
    GuardianAct.DISPUTE: N_("Saying that a visit was not right"),
    GuardianAct.REPLY: N_("Answering about a visit"),
    GuardianAct.REFUSE_VOUCHER: N_("Refusing a voucher"),
    GuardianAct.GIVE_FEEDBACK: N_("Feedback on a provider"),
    GuardianAct.DECLINE: N_("Saying no to a suggestion"),
}
OWN_WISHES = {
    WishKind.SAME: N_("You wanted this."),
    WishKind.OTHER: N_("You wanted something else."),
    WishKind.UNKNOWN: N_("It was not found out what you want."),
}
"""The wish as the client reads it."""


@blueprint.app_template_filter("guardian_act")
def guardian_act(act: str) -> str:
    """Return the label of an act of a guardian."""
    return _(ACTS[GuardianAct(act)])


@blueprint.app_template_filter("own_wish")
def own_wish(kind: str) -> str:
    """Return what the client wanted, as the client reads it."""
    return _(OWN_WISHES[WishKind(kind)])


@blueprint.get("/auttajat/tehty")
@allow(Role.CLIENT)
def show_done() -> Page:
    """Show who did what for the client, and what the client was asked."""
    person, paging = acting(), read_page_number(ON_A_PAGE)
    log = person.data.look_log or not_found()
    done, count = log.done_by_others(first=paging.offset, count=paging.page_size)
    return render_template("marketplace/done.html", person=person, done=done, paging=paging.of(count))
