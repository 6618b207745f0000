"""How a person wants pages to look: larger text, stronger contrast. Kept in a cookie, shown as classes of
<html>."""

from __future__ import annotations

from flask import Flask, Response, request

COOKIE = "appearance"
COOKIE_SECONDS = 365 * 24 * 3600
CHOICES = ("large", "larger", "contrast", "light", "dark")


def chosen_appearance() -> list[str]:
    """The choices of this browser."""
    kept = request.cookies.get(COOKIE, "").split(".")
    return [choice for choice in CHOICES if choice in kept]


def remember_appearance(response: Response, choices: list[str]) -> None:
    """Keep the choices (out of `CHOICES`) in this browser for a year."""
    kept = ".".join(choice for choice in CHOICES if choice in choices)
    response.set_cookie(
        COOKIE, kept, max_age=COOKIE_SECONDS, samesite="Lax", httponly=True, secure=request.is_secure
    )


def install_appearance(app: Flask) -> None:
    """Give the layout its classes."""
    app.jinja_env.globals["appearance_classes"] = lambda: " ".join(
        f"om-{choice}" for choice in chosen_appearance()
    )
