"""Builds the Flask application of the shell, without the faces; `wsgi.create_app` adds those."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, Request, Response, abort, g, request, url_for
from flask.sessions import NullSession, SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session, sessionmaker
from typing_extensions import override
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.routing import IntegerConverter
from werkzeug.utils import cached_property

from foundation.vocabulary import labels
from foundation.vocabulary.composed import composed
from foundation.vocabulary.keys import KeyPurpose
from foundation.vocabulary.languages import OWN_NAMES
from foundation.vocabulary.roles import CLIENT_ROLES
from foundation.web import front, operations
from foundation.web.api.fields import LARGEST_ID
from foundation.web.appearance import install_appearance
from foundation.web.assets import install_assets, prepare_assets
from foundation.web.clock import now, today
from foundation.web.errors import install_errors
from foundation.web.extension_points import IdentityProvider
from foundation.web.fields import choice_items
from foundation.web.formats import install_formats, money_markup
from foundation.web.headers import install_headers
from foundation.web.identity import confirming, log_in, ways
from foundation.web.identity.contact import install_contact
from foundation.web.identity.guards import actor_or_none, current_actor, is_signed
from foundation.web.identity.key_use import install_key_use
from foundation.web.identity.limit_window import DatabaseWindow
from foundation.web.identity.openid import pages as openid_pages
from foundation.web.identity.provider import DemoIdentity, PasswordIdentity
from foundation.web.languages import SHORT_NAMES, Language, current_language, install_languages
from foundation.web.large_bodies import install_body_limits
from foundation.web.logs import ErrorInfo, install_request_log
from foundation.web.navigation import frames_for, home_of, items_for, url_if_there
from foundation.web.plots import install_plots
from foundation.web.proxies import behind_proxies
from foundation.web.state import EXTENSION, Shell, ShellSettings, shell
from foundation.web.templating import PageEnvironment, install_templating
from foundation.web.transaction import TransactionalFlask, close_session

if TYPE_CHECKING:
    from foundation.web.identity.openid.provider import OpenIdProvider

LOG_IN_LASTS = timedelta(hours=12)
PAGES = (front, log_in, confirming, openid_pages, ways, operations)


class PageSessions(SecureCookieSessionInterface):
    """Cookie sessions for pages only. Programs are identified by their key and have no session."""

    @override
    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a page's request; a null session for the API."""
        if request.path.startswith("/api/"):
            return NullSession()
        return super().open_session(app, request)


class ComposedRequest(Request):
    """A request whose query and form are composed (NFC): a decomposed `ä` finds what `ä` finds."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """Return the query."""
        return composed_values(super().args)

    @override
    def _load_form_data(self) -> None:
        """Read the form."""
        is_read = "form" in self.__dict__
        super()._load_form_data()
        if not is_read:
            self.__dict__["form"] = composed_values(self.__dict__["form"])


def composed_values(values: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return the values composed; the same object if all are ASCII."""
    if all(value.isascii() and name.isascii() for name, value in values.items(multi=True)):
        return values
    pairs = [(composed(name), composed(value)) for name, value in values.items(multi=True)]
    return ImmutableMultiDict(pairs)


class Application(TransactionalFlask):
    """Runs views in transactions and keeps sessions for pages only."""

    request_class = ComposedRequest
    jinja_environment = PageEnvironment
    session_interface = PageSessions()

    @override
    def log_exception(self, exc_info: ErrorInfo | tuple[None, None, None]) -> None:
        """Log an unexpected error by its route. Flask would write the address, which has ids."""
        self.logger.error("a request failed", exc_info=exc_info)


class IdConverter(IntegerConverter):
    """`<int:id>` that fits into 63 bits, as in the database; a larger number is 404."""

    def __init__(self, map: object, *args: object, **kwargs: object) -> None:  # noqa: A002 - Werkzeug's name
        super().__init__(map, *args, **{"max": LARGEST_ID, **kwargs})  # type: ignore[arg-type]


def make_application(
    settings: ShellSettings,
    sessions: sessionmaker[Session],
    system_sessions: sessionmaker[Session] | None = None,
) -> Flask:
    """Return the shell. Without `system_sessions`, the other sessions serve also in their place."""
    app = Application("foundation.web", template_folder="templates", static_folder=None)
    app.config.update(_configuration(settings))
    app.wsgi_app = behind_proxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign, assignment]
    providers: list[IdentityProvider] = [PasswordIdentity()]
    if not settings.is_production:
        providers.append(DemoIdentity())
    assets = prepare_assets(settings.var_dir)
    shell_state = Shell(settings, sessions, system_sessions or sessions, assets, DatabaseWindow(), providers)
    shell_state.openid = _openid_providers(settings)
    app.extensions[EXTENSION] = shell_state
    app.url_map.converters["int"] = IdConverter
    app.teardown_appcontext(close_session)
    install_templating(app)
    _install_globals(app)
    install_body_limits(app)
    _install_checks(app)
    for install in (
        install_request_log,
        install_languages,
        install_formats,
        install_plots,
        install_appearance,
        install_contact,
        install_headers,
        install_errors,
        install_key_use,
    ):
        install(app)
    install_assets(app, assets)
    operations.install_metrics(app)
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    return app


def _openid_providers(settings: ShellSettings) -> dict[str, OpenIdProvider]:
    """Return the services at which people log in. Only then are the libraries for it imported."""
    if not settings.openid_services:
        return {}
    from foundation.web.identity.openid.provider import OpenIdProvider

    return {service.name: OpenIdProvider(service) for service in settings.openid_services}


def _configuration(settings: ShellSettings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.keys(KeyPurpose.SESSIONS).newest_key,
        "WTF_CSRF_SECRET_KEY": settings.keys(KeyPurpose.FORMS).newest_key,
        "SESSION_COOKIE_NAME": "omatori",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.is_production,
        "PERMANENT_SESSION_LIFETIME": LOG_IN_LASTS,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_CHECK_DEFAULT": False,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
    }


def _install_globals(app: Flask) -> None:
    app.jinja_env.globals.update(
        {
            "choice_items": choice_items,
            "now": now,
            "today": today,
            "actor_or_none": actor_or_none,
            "current_actor": current_actor,
            "language_links": language_links,
            "money_markup": money_markup,
            "navigation": lambda: items_for(shell().navigation, actor_or_none()),
            "frames": lambda: frames_for(actor_or_none()),
            "home_url": lambda: home_of(actor_or_none()),
            "role_names": labels.ROLES,
            "url_if_there": url_if_there,
        }
    )


def language_links() -> list[tuple[str, str, str, bool]]:
    """Return the links of the language switch: address, own name, tag, whether it is the current language.

    Plain Finnish is offered to clients and visitors only.
    """
    actor = actor_or_none()
    plain = actor is None or actor.role in CLIENT_ROLES
    shown = [language for language in OWN_NAMES if plain or language is not Language.SELKO]
    return [
        (_same_page_in(language), OWN_NAMES[language], language.value, language is current_language())
        for language in shown
    ]


def _same_page_in(language: Language) -> str:
    arguments = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    pairs = [*arguments, ("lang", SHORT_NAMES[language])]
    path = (
        request.path
        if request.method in ("GET", "HEAD") and request.endpoint
        else url_for("front.front_page")
    )
    return quote(path) + "?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)


def _install_checks(app: Flask) -> None:
    csrf = CSRFProtect()
    csrf.init_app(app)

    def check_request() -> None:
        if "\x00" in request.path:
            abort(404)
        if request.path.startswith("/api/") or request.endpoint is None:
            return
        if any("\x00" in value for value in (*request.args.values(), *request.form.values())):
            abort(400)
        if not is_signed(app.view_functions[request.endpoint]):
            csrf.protect()

    def refused_form_is_422(response: Response) -> Response:
        if g.get("form_refused") and response.status_code == 200 and request.method == "POST":
            response.status_code = 422
        return response

    app.before_request(check_request)
    app.after_request(refused_form_is_422)
