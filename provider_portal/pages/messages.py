"""/t/viestit: messages between clients and the provider."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import PROVIDER_ROLES
from foundation.web.api import read_page_number
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.message_form import MessageForm
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.send_message import send_message
from marketplace.disclosure.messages import OpenConversation, listed_conversations, open_conversation

blueprint = Blueprint("provider_messages", __name__, template_folder="../templates")
ON_A_PAGE = 30


@blueprint.get("/t/viestit")
@allow(*PROVIDER_ROLES)
def list_all() -> Page:
    """Show the conversations with clients."""
    paging = read_page_number(ON_A_PAGE)
    window = {"first": paging.offset, "count": paging.page_size + 1}
    lines = listed_conversations(db(), None, **window, actor=current_actor(), now=now())
    page = {"lines": lines[:ON_A_PAGE], "page": paging.page, "more": len(lines) > ON_A_PAGE}
    return render_template("marketplace/staff_messages.html", **page)


@blueprint.route("/t/viestit/<int:client_id>", methods=["GET", "POST"])
@allow(*PROVIDER_ROLES)
def show(client_id: int) -> Result:
    """Show the messages with a client, and send one."""
    form, actor = MessageForm(), current_actor()
    found = open_conversation(db(), client_id, actor.provider_id, actor=actor, now=now())
    if found is None:
        not_found()
    if form.validate_on_submit() and _sent(form, found):
        return redirect(url_for(".show", client_id=client_id, _anchor="newest"))
    form.after.data = str(found.line.messages)
    return render_template("marketplace/staff_conversation.html", own="provider", found=found, form=form)


def _sent(form: MessageForm, found: OpenConversation) -> bool:
    after, words = read_id(form.after.data or "") or 0, form.words.data or ""
    sent = send_message(db(), found.line, words=words, after=after, actor=current_actor(), now=now())
    if not isinstance(sent, Refusal):
        return True
    form.refuse("words", _("Write the message"))
    return False
