"""The appearance a person chose: text size, contrast, colours. Kept in a cookie, applied as classes of
<html>."""

from flask import Flask, Response, request

from foundation.web.languages import sends_only_by_https

COOKIE = "appearance"
COOKIE_SECONDS = 365 * 24 * 3600
CHOICES = ("large", "larger", "contrast", "light", "dark")


def chosen_appearance() -> list[str]:
    """Return the choices made in this browser."""
    kept = request.cookies.get(COOKIE, "").split(".")
    return [choice for choice in CHOICES if choice in kept]


def remember_appearance(response: Response, choices: list[str]) -> None:
    """Store the choices (members of `CHOICES`) in this browser for a year."""
    kept = ".".join(choice for choice in CHOICES if choice in choices)
    response.set_cookie(
        COOKIE, kept, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True, secure=sends_only_by_https()
    )


def install_appearance(app: Flask) -> None:
    """Give templates the classes."""
    app.jinja_env.globals["appearance_classes"] = lambda: " ".join(
        f"om-{choice}" for choice in chosen_appearance()
    )
