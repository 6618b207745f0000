"""The composition root: the only module that imports every package.

`create_app` builds the web application.
"""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session, sessionmaker

import county_desk.api
import county_desk.pages
import marketplace.api
import marketplace.pages
import provider_portal.api
import provider_portal.pages
from clearing.payments.gateways.stripe_rails import StripeRails, stripe_rails
from clearing.upkeep.load.job_runs import jobs_and_books
from config import ConfigurationError, Settings
from foundation.database.pooling import ADVICE, gives_connections_away
from foundation.database.session import APPLICATION_ROLE, SYSTEM_ROLE, WEB, make_engine, make_sessions
from foundation.database.tables.people import Person
from foundation.web.api.openapi import make_api
from foundation.web.application import make_application
from foundation.web.logs import configure_logs
from foundation.web.state import shell

PAGES = (marketplace.pages, provider_portal.pages, county_desk.pages)
ENDPOINTS = (marketplace.api, provider_portal.api, county_desk.api)


def create_app(
    settings: Settings,
    sessions: sessionmaker[Session] | None = None,
    system_sessions: sessionmaker[Session] | None = None,
) -> Flask:
    """Return the WSGI application. Without sessions, it connects to the database of the settings.

    Raises:
        ConfigurationError: In production, if there are demo people in the database: their log-ins are public.
            Also if the database is reached by a pooler that mixes connections.
    """
    if sessions is None:
        engine = _engine(settings, APPLICATION_ROLE)
        refuse_mixed_connections(engine)
        sessions = make_sessions(engine, limited=True)
        system_sessions = make_sessions(_engine(settings, SYSTEM_ROLE))
    if settings.is_production:
        _refuse_demo_people(sessions)
    app = make_application(settings, sessions, system_sessions)
    api = make_api(app)
    with app.app_context():
        for pages in PAGES:
            for page in pages.blueprints:
                app.register_blueprint(page)
            shell().navigation.extend(pages.navigation)
        shell().frames.extend(provider_portal.pages.frames)
        shell().health_reports.append(jobs_and_books)
        shell().outside[StripeRails] = stripe_rails(settings.stripe)
        for endpoints in ENDPOINTS:
            for endpoint in endpoints.blueprints:
                api.register_blueprint(endpoint)
    return app


def refuse_mixed_connections(engine: Engine) -> None:
    """Refuse a pooler that mixes connections. Raises ConfigurationError."""
    if gives_connections_away(engine):
        raise ConfigurationError([ADVICE])


def _refuse_demo_people(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        if session.scalar(select(exists().where(Person.is_demo))):
            raise ConfigurationError(
                ["there are demo people in the database: anybody can compute their keys"]
            )


def _engine(settings: Settings, role: str) -> Engine:
    return make_engine(_database_url(settings), timeouts=WEB, role=role)


def _database_url(settings: Settings) -> str:
    if settings.database_url:
        return settings.database_url
    from foundation.database.embedded import embedded_database_url

    return embedded_database_url(settings.var_dir / "postgres")


def from_environment() -> Flask:
    """Return the application for a WSGI server: `gunicorn 'wsgi:from_environment()'`."""
    settings = Settings.from_environment()
    configure_logs(settings.log_style)
    return create_app(settings)
