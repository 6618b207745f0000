"""`Idempotency-Key`: the same request again gives the same answer and no second effect.

The answer is stored in the transaction of the effect itself, so a crash leaves both or neither. While a
request runs it holds an advisory lock of its key until its transaction ends; a second one finds the lock
taken and is told so (409).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from foundation.database.pipeline import execute, execute_with_commit
from foundation.database.statements import BoundStatement, PreparedStatement
from foundation.web.api.bodies import takes_header
from foundation.web.api.problems import Problem
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity.guards import current_key_holder, idempotency_key
from foundation.web.identity.key_holders import KeptAnswer, KeyHolder
from foundation.web.transaction import db

P = ParamSpec("P")
KEPT = timedelta(hours=24)
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
_KEEP = PreparedStatement(
    b"keep_answer",
    b"INSERT INTO idempotency_key"
    b" (owner_id, key, method, path, body_sha256, created_at, status, headers, answer)"
    b" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
)
_FORGET = PreparedStatement(b"forget_answer", b"DELETE FROM idempotency_key WHERE owner_id = $1 AND key = $2")
ABOUT = "Repeat a request safely: the same key and body give the same answer for 24 hours"


def idempotent(view: Callable[P, Any]) -> Callable[P, Any]:
    """Honour `Idempotency-Key` on a POST that creates. Put it directly under `@allow`."""

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> Any:
        if "Idempotency-Key" not in request.headers:
            return view(*args, **kwargs)
        key = idempotency_key()
        if key is None:
            raise Problem(
                400, "idempotency_key_malformed", N_("The key must be 1–255 visible ASCII characters")
            )
        return _answer_once(key, current_key_holder(), lambda: view(*args, **kwargs))

    return takes_header("Idempotency-Key", ABOUT)(once)


def _answer_once(key: str, owner: KeyHolder, view: Callable[[], Any]) -> Response:
    """The kept answer, or the view's, kept in its transaction. The lock was taken with the look-up of the
    API key; 409 while another request holds it."""
    if not owner.has_lock:
        raise Problem(
            409,
            "idempotency_key_running",
            N_("The first request with this key is still running"),
            headers={"Retry-After": "1"},
        )
    keeper = AnswerKeeper(owner.person_id, key, request.method, request.full_path, body_sha256())
    if owner.kept is not None:
        if owner.kept.created_at >= now() - KEPT:
            return _replayed(owner.kept, keeper)
        keeper.is_stale = True
    g.answer_keeper = keeper
    answer = current_app.make_response(view())
    if not keeper.has_kept:
        keeper.keep(db(), answer)
    return answer


@dataclass(slots=True)
class AnswerKeeper:
    """Keeps one answer under its key, in the transaction of the effect.

    `is_stale`: an answer that has been kept for long enough still stands there.
    """

    person_id: int
    key: str
    method: str
    path: str
    body_sha256: str
    is_stale: bool = False
    has_kept: bool = False

    def keep(self, session: Session, answer: Response, *, commit_follows: bool = False) -> None:
        """Store the answer in the session's transaction: now, or with its commit
        (`foundation.database.pipeline.commit`)."""
        asked = [BoundStatement(_FORGET, self._key())] if self.is_stale else []
        asked.append(BoundStatement(_KEEP, self._row(answer)))
        if commit_follows:
            execute_with_commit(session, *asked)
        else:
            execute(session, *asked)
        self.has_kept = True

    def _key(self) -> list[bytes]:
        return [b"%d" % self.person_id, self.key.encode()]

    def _row(self, answer: Response) -> list[bytes]:
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        asked = (self.method, self.path, self.body_sha256, now().isoformat(), str(answer.status_code))
        body = "\\x" + answer.get_data().hex()
        return [*self._key(), *(text.encode() for text in (*asked, json.dumps(headers), body))]


def answer_keeper() -> AnswerKeeper | None:
    """Who keeps this request's answer, for a view whose effect has a transaction of its own; None without a
    key."""
    keeper: AnswerKeeper | None = g.get("answer_keeper")
    return keeper


def _replayed(kept: KeptAnswer, asked: AnswerKeeper) -> Response:
    if (kept.method, kept.path, kept.body_sha256) != (asked.method, asked.path, asked.body_sha256):
        raise Problem(422, "idempotency_key_reused", N_("This key was used for another request"))
    answer = Response(kept.answer, kept.status, headers=kept.headers)
    answer.headers["Idempotent-Replay"] = "true"
    return answer


def body_sha256() -> str:
    """What identifies the body. The boundary of a multipart body is new in every try, so its parts count
    instead."""
    digest = sha256()
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True)):
            digest.update(f"{len(name)} {name} {len(value)} {value}".encode())
        for name, upload in request.files.items(multi=True):
            digest.update(f"{len(name)} {name} {upload.filename}".encode() + _file_sha256(upload))
    else:
        digest.update(request.get_data(cache=True))
    return digest.hexdigest()


def _file_sha256(upload: FileStorage) -> bytes:
    digest = sha256()
    while part := upload.stream.read(1024 * 1024):
        digest.update(part)
    upload.stream.seek(0)
    return digest.digest()
