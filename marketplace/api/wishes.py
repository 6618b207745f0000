"""`client_wish`: what the client wants, in a document by which a guardian acts (docs/decisions/0178)."""

from __future__ import annotations

from typing import Any

from flask import request
from marshmallow import EXCLUDE, fields, post_load, validate

from foundation.web.api import ApiSchema, FieldError, Problem, Text, read_body
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity import current_actor
from foundation.web.transaction import db
from marketplace.actions.keep_wish import keep_wish
from marketplace.rules.guardian_acts import LONGEST_WORDS, AskedWish, GuardianAct, WishKind


class ClientWishSchema(ApiSchema):
    """What the client wants: what is done (`same`), something else (`other`), or it could not be found out.

    `words` say how it was found out. The client and the county read them.
    """

    kind = fields.String(required=True, validate=validate.OneOf([kind.value for kind in WishKind]))
    words = Text(required=True, least=1, most=LONGEST_WORDS)


class GuardianActSchema(ApiSchema):
    """A document by which somebody acts for a client: a guardian says in it what the client wants.

    Without it a guardian is refused with `client_wish_needed`. From others it is not kept.
    """

    client_wish = fields.Nested(ClientWishSchema, load_default=None, allow_none=True)

    @post_load
    def leave_out_wish(self, sent: dict[str, Any], **_options: Any) -> dict[str, Any]:
        """Leave the wish out of the act's own values: `keep_sent_wish` reads it."""
        return {name: value for name, value in sent.items() if name != "client_wish"}


class _WishSchema(ApiSchema):
    class Meta:
        unknown = EXCLUDE

    client_wish = fields.Nested(ClientWishSchema, load_default=None, allow_none=True)


def keep_sent_wish(client_id: int, county_id: int, act: GuardianAct, key: int) -> None:
    """Keep the wish that came with an act that a guardian has just done.

    Raises:
        Problem: 422 `client_wish_needed` if there is none; what was done is rolled back.
    """
    client = (client_id, county_id)
    sent = read_body(_WishSchema)["client_wish"] if request.get_data(cache=True) else None
    wish = sent and AskedWish(WishKind(sent["kind"]), sent["words"])
    refusal = keep_wish(db(), client=client, act=act, key=key, wish=wish, actor=current_actor(), now=now())
    if refusal is not None:
        title = N_("Ask the client first, and send what the client wants")
        raise Problem(422, refusal.code, title, errors=[FieldError(refusal.field, refusal.code, title)])
