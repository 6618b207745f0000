"""The language of a response, and the texts in it."""

from flask import Flask, Response, current_app, g, has_request_context, request, session

from foundation.vocabulary.languages import Language
from foundation.web.catalogues import N_, translate, translate_plural

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
SHORT_NAMES = {Language.SELKO: "selko", Language.FI: "fi", Language.SV: "sv", Language.EN: "en"}


def read_language(tag: str | None) -> Language | None:
    """Read a language tag (`fi`, `sv-FI`, `fi-x-selko`) or our short name `selko`; None if it is not ours."""
    lowered = (tag or "").strip().lower()
    if lowered in (Language.SELKO.value, "selko"):
        return Language.SELKO
    primary = lowered.partition("-")[0]
    return Language(primary) if primary in ("fi", "sv", "en") else None


def _accepted() -> Language | None:
    for tag, quality in request.accept_languages:
        language = read_language(tag)
        if language is not None and quality > 0:
            return language
    return None


def current_language() -> Language:
    """Return the language of this response.

    It is the one in the address, else the one chosen before, else one that the browser accepts, else Finnish.
    """
    try:  # a page asks for it at each of its texts
        return g.language  # type: ignore[no-any-return]
    except (AttributeError, RuntimeError):
        if not has_request_context():
            return Language.FI
    g.language = _chosen_language()
    return g.language  # type: ignore[no-any-return]


def _chosen_language() -> Language:
    requested = read_language(request.args.get("lang"))
    if request.path.startswith("/api/"):
        return requested or _accepted() or Language.FI
    remembered = read_language(session.get("language")) or read_language(request.cookies.get(COOKIE))
    return requested or remembered or _accepted() or Language.FI


def _remember_requested(response: Response) -> Response:
    """Remember a language that was chosen with the switch in the header."""
    requested = read_language(request.args.get("lang"))
    if requested is not None and response.mimetype == "text/html":
        remember_language(requested, response)
    if response.mimetype in ("text/html", "application/problem+json"):
        response.headers.setdefault("Content-Language", current_language().value)
        response.vary.add("Accept-Language")
    return response


def sends_only_by_https() -> bool:
    """Return whether the browser sends cookies back by HTTPS only.

    In production always: behind a proxy the request itself may seem to come by plain HTTP.
    """
    return bool(current_app.config["SESSION_COOKIE_SECURE"]) or request.is_secure


def remember_language(language: Language, response: Response) -> None:
    """Use the language from now on in this browser; the settings page also stores it for the person.

    A session exists from the page of logging in on: a language that is chosen there stays after it.
    """
    if session:
        session["language"] = language.value
    response.set_cookie(
        COOKIE,
        language.value,
        max_age=COOKIE_SECONDS,
        samesite="Lax",
        httponly=True,
        secure=sends_only_by_https(),
    )


def _(msgid: str, /, **values: object) -> str:
    """Return the text in the language of this response."""
    return translate(msgid, current_language(), **values)


def ngettext(one: str, many: str, count: float, /, **values: object) -> str:
    """Return the form for `count` in the language of this response; `%(n)s` is the number."""
    return translate_plural(one, many, count, current_language(), **values)


def install_languages(app: Flask) -> None:
    """Give templates the texts, and remember the choice."""
    app.after_request(_remember_requested)
    app.jinja_env.globals.update(
        {"_": _, "gettext": _, "ngettext": ngettext, "current_language": current_language}
    )
