"""`Idempotency-Key`: the same request again gives the same answer and no second effect.

The answer is stored in the transaction of the effect itself, so a crash leaves both or neither. While a
request runs it holds an advisory lock of its key until its transaction ends; a second one finds the lock
taken and is told so (409).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec

from flask import Response, current_app, request
from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from foundation.database.tables.idempotency import IdempotencyKey
from foundation.web.api.bodies import takes_header
from foundation.web.api.problems import Problem
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity.guards import current_actor
from foundation.web.transaction import db

P = ParamSpec("P")
VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")
KEPT = timedelta(hours=24)
KEPT_HEADERS = ("Content-Type", "Location", "ETag")
ABOUT = "Repeat a request safely: the same key and body give the same answer for 24 hours"


def idempotent(view: Callable[P, Any]) -> Callable[P, Any]:
    """Honour `Idempotency-Key` on a POST that creates. Put it directly under `@allow`."""

    @wraps(view)
    def once(*args: P.args, **kwargs: P.kwargs) -> Any:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(*args, **kwargs)
        if not VISIBLE_ASCII.fullmatch(key):
            raise Problem(
                400, "idempotency_key_malformed", N_("The key must be 1–255 visible ASCII characters")
            )
        return _answer_once(key, lambda: view(*args, **kwargs))

    return takes_header("Idempotency-Key", ABOUT)(once)


def _answer_once(key: str, view: Callable[[], Any]) -> Response:
    owner_id = current_actor().person_id or 0
    asked = IdempotencyKey(
        owner_id=owner_id, key=key, method=request.method, path=request.full_path, body_sha256=body_sha256()
    )
    kept = take_key(db(), owner_id, key, now())
    if kept is not None:
        return _replayed(kept, asked)
    answer = current_app.make_response(view())
    asked.created_at, asked.status, asked.answer = now(), answer.status_code, answer.get_data()
    asked.headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    db().add(asked)
    db().flush()
    return answer


def take_key(session: Session, owner_id: int, key: str, now: datetime) -> IdempotencyKey | None:
    """Lock the key until the transaction ends; what was answered under it, if anything. 409 while another
    holds it."""
    number = bindparam("number", lock_number(owner_id, key), BigInteger)
    if not session.scalar(select(func.pg_try_advisory_xact_lock(number))):
        raise Problem(
            409,
            "idempotency_key_running",
            N_("The first request with this key is still running"),
            headers={"Retry-After": "1"},
        )
    kept = session.get(IdempotencyKey, (owner_id, key))
    if kept is not None and kept.created_at < now - KEPT:
        session.delete(kept)
        session.flush()
        return None
    return kept


def lock_number(owner_id: int, key: str) -> int:
    """A signed 64-bit number for the advisory lock. Two keys that share one would only wait for each
    other."""
    return int.from_bytes(sha256(f"idempotency {owner_id} {key}".encode()).digest()[:8], signed=True)


def _replayed(kept: IdempotencyKey, asked: IdempotencyKey) -> Response:
    same = (kept.method, kept.path, kept.body_sha256) == (asked.method, asked.path, asked.body_sha256)
    if not same:
        raise Problem(422, "idempotency_key_reused", N_("This key was used for another request"))
    answer = Response(kept.answer, kept.status or 200, headers=kept.headers or {})
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
