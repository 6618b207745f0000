"""/viestit: the client's messages with the worker and with the chosen providers."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES
from foundation.web.clock import now, today
from foundation.web.identity import allow, current_actor
from foundation.web.languages import _
from foundation.web.message_form import MessageForm
from foundation.web.pages import Page, Result, not_found, read_id
from foundation.web.transaction import db
from marketplace.actions.send_message import send_message
from marketplace.disclosure.messages import OpenConversation, listed_conversations, open_conversation
from marketplace.load.messages import count_unread
from marketplace.pages.acting_client import Acting, acting

blueprint = Blueprint("marketplace_messages", __name__, template_folder="../templates")
ALL = 100


@blueprint.app_template_global("unread_conversations")
def unread_conversations() -> int:
    """Return how many conversations have something new for the provider or the workers who read the page."""
    actor = current_actor()
    if actor.role in PROVIDER_ROLES:
        return count_unread(db(), provider_id=actor.provider_id)
    return count_unread(db(), county_id=actor.county_id)


@blueprint.app_template_global("unread_messages")
def unread_messages(person: Acting) -> int | None:
    """Return how many messages the client has not read; None: the actor may not read them."""
    return person.data.unread_messages(today())


@blueprint.get("/viestit")
@allow(*CLIENT_ROLES)
def list_all() -> Page:
    """Show with whom the client can exchange messages, and what is unread."""
    person, actor = acting(), current_actor()
    if not person.data.may_write(today()):
        not_found()
    lines = listed_conversations(db(), person.client.id, first=0, count=ALL, actor=actor, now=now())
    return render_template("marketplace/messages.html", person=person, lines=lines)


@blueprint.route("/viestit/tyontekija", methods=["GET", "POST"], defaults={"provider_id": None})
@blueprint.route("/viestit/palveluntuottaja/<int:provider_id>", methods=["GET", "POST"])
@allow(*CLIENT_ROLES)
def show(provider_id: int | None) -> Result:
    """Show the messages with the worker or with a provider, and send one."""
    person, form, actor = acting(), MessageForm(), current_actor()
    found = open_conversation(db(), person.client.id, provider_id, actor=actor, now=now()) or not_found()
    if form.validate_on_submit() and _sent(form, found):
        return redirect(url_for(".show", provider_id=provider_id, _anchor="newest"))
    form.after.data = str(found.line.messages)
    return render_template("marketplace/conversation.html", person=person, found=found, form=form)


def _sent(form: MessageForm, found: OpenConversation) -> bool:
    after, words = read_id(form.after.data or "") or 0, form.words.data or ""
    sent = send_message(db(), found.line, words=words, after=after, actor=current_actor(), now=now())
    if not isinstance(sent, Refusal):
        return True
    form.refuse("words", _("Write the message"))
    return False
