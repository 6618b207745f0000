"""Messages of a client with the workers and with providers, for each of the three sides."""

from __future__ import annotations

from flask_smorest import Blueprint
from marshmallow import fields, validate

from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.messages import LONGEST_MESSAGE
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Role
from foundation.web.api import (
    Answer,
    ApiSchema,
    Code,
    Day,
    FieldError,
    Problem,
    Text,
    idempotent,
    not_there,
    paged,
    paged_schema,
    read_body,
    read_paging,
    takes_body,
    takes_paging,
)
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import allow, current_actor
from foundation.web.transaction import db
from marketplace.actions.read_messages import mark_messages_read
from marketplace.actions.send_message import WORDS_MISSING, party_of, send_message
from marketplace.api.rights import mandate_problem
from marketplace.disclosure.messages import (
    message_of_disclosed,
    messages_of_disclosed,
    own_conversation,
    own_conversations,
)
from marketplace.load.messages import ConversationLine, read_conversation_key

blueprint = Blueprint(
    "conversations", __name__, url_prefix="/api/v1", description=N_("Messages with workers and providers")
)
SIDES = (*CLIENT_ROLES, *PROVIDER_ROLES, Role.WORKER)
MOST_MESSAGES = 2**31 - 1


class ConversationSchema(ApiSchema):
    """A conversation of a client with a provider; without a provider it is with the county's workers.

    `read` and `read_by_other` are the numbers of the last messages that the own and the other side have read.
    """

    id = fields.String(attribute="key", metadata={"example": "1205-county"})
    client = fields.String(attribute="client_number", allow_none=True)
    client_name = fields.String(allow_none=True)
    provider = Code(attribute="business_id", allow_none=True)
    provider_name = fields.Function(lambda line: line.provider or None, metadata={"type": ["string", "null"]})
    messages = fields.Integer(metadata={"description": "the number of the newest message"})
    read = fields.Function(lambda line: _read(line)[0], metadata={"type": "integer"})
    read_by_other = fields.Function(lambda line: _read(line)[1], metadata={"type": "integer"})
    last_at = fields.AwareDateTime(allow_none=True)


class MessageSchema(ApiSchema):
    """A message, numbered in its conversation from 1. It is deleted after `kept_until`."""

    number = fields.Integer()
    party = fields.String(metadata={"enum": ["client", "provider", "county"]})
    words = fields.String()
    at = fields.AwareDateTime()
    by = fields.String(allow_none=True)
    kept_until = Day(attribute="last_day")


class MessageInSchema(ApiSchema):
    """A new message.

    `after` is the number of the last message read: the same words sent twice after it are one message.
    """

    words = Text(required=True, least=1, most=LONGEST_MESSAGE)
    after = fields.Integer(strict=True, load_default=None, validate=validate.Range(min=0, max=MOST_MESSAGES))


class ReadSchema(ApiSchema):
    """The number of the last message read."""

    number = fields.Integer(strict=True, required=True, validate=validate.Range(min=1, max=MOST_MESSAGES))


@blueprint.get("/conversations")
@allow(*SIDES, scope=KeyScope.MESSAGES_READ)
@takes_paging
@blueprint.response(200, paged_schema(ConversationSchema))
def list_conversations() -> Answer:
    """List my conversations: with whom I can exchange messages, and how many there are"""
    paging = read_paging()
    page = {"first": paging.offset, "count": paging.page_size}
    lines, total = own_conversations(db(), **page, actor=current_actor(), now=now())
    return paged(lines, paging, total)


@blueprint.get("/conversations/<conversation>")
@allow(*SIDES, scope=KeyScope.MESSAGES_READ)
@blueprint.response(200, ConversationSchema)
def get_conversation(conversation: str) -> Answer:
    """A conversation without its messages"""
    return _own(conversation)


@blueprint.get("/conversations/<conversation>/messages")
@allow(*SIDES, scope=KeyScope.MESSAGES_READ)
@takes_paging
@blueprint.response(200, paged_schema(MessageSchema))
def list_messages(conversation: str) -> Answer:
    """The messages of a conversation, the oldest first; this marks nothing as read"""
    line, paging = _own(conversation), read_paging()
    page = {"first": paging.offset, "count": paging.page_size}
    found, total = messages_of_disclosed(db(), line, **page)
    return paged(found, paging, total)


@blueprint.post("/conversations/<conversation>/messages")
@allow(*SIDES, scope=KeyScope.MESSAGES_WRITE)
@idempotent
@takes_body(MessageInSchema)
@blueprint.response(201, MessageSchema)
@blueprint.alt_response(200, schema=MessageSchema, description="The same message again")
def post_message(conversation: str) -> Answer:
    """Send a message; the other side gets a mail that says only that there is one"""
    line, sent = _own(conversation), read_body(MessageInSchema)
    after = line.messages if sent["after"] is None else sent["after"]
    number = send_message(db(), line, words=sent["words"], after=after, actor=current_actor(), now=now())
    if isinstance(number, Refusal):
        raise _problem(number)
    return message_of_disclosed(db(), line, number), 201 if number > line.messages else 200


@blueprint.post("/conversations/<conversation>/read")
@allow(*SIDES, scope=KeyScope.MESSAGES_WRITE)
@takes_body(ReadSchema)
@blueprint.response(200, ConversationSchema)
def post_read(conversation: str) -> Answer:
    """Say how far I have read; a helper's reading does not count as the client's"""
    line, number = _own(conversation), read_body(ReadSchema)["number"]
    if number > line.messages:
        raise Problem(422, errors=[FieldError("number", "field_too_large")])
    mark_messages_read(db(), line, number=number, actor=current_actor())
    return _own(conversation)


def _own(conversation: str) -> ConversationLine:
    key = read_conversation_key(conversation)
    return (key and own_conversation(db(), *key, actor=current_actor(), now=now())) or not_there()


def _read(line: ConversationLine) -> tuple[int, int]:
    both = (line.client_read, line.other_read)
    return both if party_of(current_actor()) == "client" else both[::-1]


def _problem(refusal: Refusal) -> Problem:
    if refusal == WORDS_MISSING:
        return Problem(422, errors=[FieldError("words", refusal.code, N_("Write the message"))])
    return mandate_problem()
