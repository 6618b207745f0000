"""`Idempotency-Key`: the same request again gives the same answer and has no second effect.

The answer is stored in the transaction of the effect, so a crash leaves both or neither. A request holds an
advisory lock on its key until its transaction ends; a second request with the key gets 409 meanwhile.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any, ParamSpec

from flask import Response, current_app, g, request
from werkzeug.datastructures import FileStorage

from foundation.database.pipeline import execute
from foundation.database.stored_answers import HttpAnswer, IdempotentRequest
from foundation.web.api.bodies import takes_header
from foundation.web.api.problems import Problem
from foundation.web.catalogues import N_
from foundation.web.clock import now
from foundation.web.identity.guards import current_key_holder, idempotency_key
from foundation.web.identity.key_holders import KeyHolder, StoredAnswer
from foundation.web.large_bodies import read_large_body
from foundation.web.transaction import db

P = ParamSpec("P")
STORED_FOR = timedelta(hours=24)
STORED_HEADERS = ("Content-Type", "Location", "ETag")
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
    """Return the stored answer, or the view's, and store that. The lock was taken with the look-up of the API
    key. Raises Problem 409 while another request holds it."""
    if not owner.has_lock:
        raise Problem(
            409,
            "idempotency_key_running",
            N_("The first request with this key is still running"),
            headers={"Retry-After": "1"},
        )
    is_expired = owner.stored is not None and owner.stored.created_at < now() - STORED_FOR
    own = IdempotentRequest(
        owner.person_id, key, request.method, request.full_path, body_sha256(), now(), is_expired
    )
    if owner.stored is not None and not is_expired:
        return _replayed(owner.stored, own)
    g.idempotent_request = own
    answer = current_app.make_response(view())
    if take_idempotent_request() is not None:
        execute(db(), *own.store(_stored_part(answer)))
    return answer


def take_idempotent_request() -> IdempotentRequest | None:
    """Return the row for this request's answer, for a view that stores its answer itself, in another
    transaction than the request's. None without a key."""
    own: IdempotentRequest | None = g.pop("idempotent_request", None)
    return own


def _stored_part(answer: Response) -> HttpAnswer:
    headers = {name: answer.headers[name] for name in STORED_HEADERS if name in answer.headers}
    return HttpAnswer(answer.status_code, headers, answer.get_data())


def as_response(answer: HttpAnswer) -> Response:
    """Return an answer as Flask's response."""
    return Response(answer.body, answer.status, headers=dict(answer.headers))


def _replayed(stored: StoredAnswer, own: IdempotentRequest) -> Response:
    if (stored.method, stored.path, stored.body_sha256) != (own.method, own.path, own.body_sha256):
        raise Problem(422, "idempotency_key_reused", N_("This key was used for another request"))
    answer = as_response(stored.answer)
    answer.headers["Idempotent-Replay"] = "true"
    return answer


def body_sha256() -> str:
    """Return the digest of the body; of a multipart body that of its parts, whose boundary differs in every
    try."""
    digest = sha256()
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True)):
            digest.update(f"{len(name)} {name} {len(value)} {value}".encode())
        for name, upload in request.files.items(multi=True):
            digest.update(f"{len(name)} {name} {upload.filename}".encode() + _file_sha256(upload))
    else:
        digest.update(read_large_body())
    return digest.hexdigest()


def _file_sha256(upload: FileStorage) -> bytes:
    digest = sha256()
    while part := upload.stream.read(1024 * 1024):
        digest.update(part)
    upload.stream.seek(0)
    return digest.digest()
