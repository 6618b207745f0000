"""What somebody typed into a form while their session expired: carried through the log-in page.

The answers travel in the page itself, signed, and are sent only when the person presses a button, with a new
CSRF token. Only the person who typed them gets them back, not whoever logs in next in that browser. A form
that came from another site is never kept.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request, session
from itsdangerous import BadSignature, URLSafeSerializer

from foundation.vocabulary.keys import KeyPurpose
from foundation.web.pages import safe_path
from foundation.web.state import shell

LONGEST = 100_000
SECRET_NAMES = frozenset({"csrf_token", "password"})


@dataclass(frozen=True, slots=True)
class HeldAnswers:
    """A form's address and its answers, without its files."""

    action: str
    answers: list[tuple[str, str]]


def is_from_here() -> bool:
    """Return whether the browser says that the form was on one of our own pages."""
    origin = request.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc == request.host


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(shell().settings.keys(KeyPurpose.HELD_ANSWERS).newest_key)


def hold_answers() -> str | None:
    """Return the form of this request as one signed text.

    Returns:
        None if there is nothing to keep, or too much, or if nobody has used this browser before.
    """
    person = session.get("person")
    answers = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_NAMES]
    held = str(
        _serializer().dumps({"person": person, "action": request.full_path.rstrip("?"), "answers": answers})
    )
    return held if person and answers and safe_path(request.path) and len(held) <= LONGEST else None


def read_held(held: str | None, person_id: int) -> HeldAnswers | None:
    """Return the answers that `hold_answers` signed; None if the text is not ours, or is another person's."""
    if not held or len(held) > LONGEST:
        return None
    try:
        read = _serializer().loads(held)
    except BadSignature:
        return None
    action = safe_path(read["action"])
    return (
        None
        if action is None or read["person"] != person_id
        else HeldAnswers(action, [(name, value) for name, value in read["answers"]])
    )
