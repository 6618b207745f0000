"""What production refuses to serve, judged by the data."""

import dataclasses

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from config import ConfigurationError, Settings
from foundation.database.tables.people import Person
from wsgi import create_app


def test_production_refuses_a_database_with_demo_people(app: Flask, sessions: sessionmaker[Session]) -> None:
    settings: Settings = app.extensions["omatori"].settings
    production = dataclasses.replace(settings, environment="production")
    with pytest.raises(ConfigurationError, match="demo people"):
        create_app(production, sessions)
    with sessions.begin() as session:
        session.execute(update(Person).values(is_demo=False))
    assert create_app(production, sessions).config["SESSION_COOKIE_SECURE"]


def test_cookies_of_production_go_by_https_only(app: Flask) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    cookies = app.test_client().get("/?lang=sv").headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in cookie for cookie in cookies)
