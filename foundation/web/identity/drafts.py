"""What a person has begun on the pages, for example a grant: kept on the server with their session.

A page must not put personal data into the cookie: that is signed, but anybody with the browser's files can
read it. Drafts are gone when the page drops them, at log-out, and three days after an expired session.
"""

from __future__ import annotations

from typing import Any

from flask import abort

from foundation.web.identity.guards import open_session
from foundation.web.identity.sessions import OpenSession, drafts_of, store_drafts
from foundation.web.transaction import db


def read_draft(name: str) -> dict[str, Any] | None:
    """Return the draft of this name; None: nothing was begun."""
    found: dict[str, Any] | None = drafts_of(db(), _session().id).get(name)
    return found


def keep_draft(name: str, draft: dict[str, Any]) -> None:
    """Keep a draft, in place of the former one of this name. All drafts take at most 16 KiB."""
    session_id = _session().id
    store_drafts(db(), session_id, drafts_of(db(), session_id) | {name: draft})


def drop_draft(name: str) -> None:
    """Forget the draft of this name."""
    session_id = _session().id
    drafts = drafts_of(db(), session_id)
    drafts.pop(name, None)
    store_drafts(db(), session_id, drafts)


def _session() -> OpenSession:
    return open_session() or abort(401)
