"""The composition root: the only file that knows every package. `create_app(settings)` builds the web
application."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.database.session import make_engine, make_sessions
from foundation.web.api.openapi import Api, make_api
from foundation.web.application import make_application
from foundation.web.state import shell

FACES = ("marketplace", "provider_portal", "county_desk")


def create_app(settings: Settings, sessions: sessionmaker[Session] | None = None) -> Flask:
    """The whole program as a WSGI application. Without `sessions` it connects to the settings' database."""
    app = make_application(settings, sessions or make_sessions(make_engine(_database_url(settings))))
    api = make_api(app)
    with app.app_context():
        for face in FACES:
            _add_face(app, api, face)
    return app


def _database_url(settings: Settings) -> str:
    if settings.database_url:
        return settings.database_url
    from foundation.database.embedded import embedded_database_url

    return embedded_database_url(settings.var_dir / "postgres")


def _part(face: str, part: str) -> ModuleType | None:
    """A part of a face; a face need not have both pages and an API."""
    if find_spec(face) is None or find_spec(f"{face}.{part}") is None:
        return None
    return import_module(f"{face}.{part}")


def _add_face(app: Flask, api: Api, face: str) -> None:
    pages, endpoints = _part(face, "pages"), _part(face, "api")
    for blueprint in getattr(pages, "blueprints", []):
        app.register_blueprint(blueprint)
    shell().navigation.extend(getattr(pages, "navigation", []))
    for blueprint in getattr(endpoints, "blueprints", []):
        api.register_blueprint(blueprint)


def from_environment() -> Flask:
    """For a WSGI server: `gunicorn 'wsgi:from_environment()'`."""
    return create_app(Settings.from_environment())
