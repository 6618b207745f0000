"""Applications that are built once in a process and serve one test after the other.

To build the whole application and load its templates takes a third of a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from config import Settings
from foundation.web.extension_points import LimitWindow, LogInGateway
from foundation.web.state import EXTENSION, Shell

Build = Callable[[Settings, sessionmaker[Session]], Flask]
_kept: list[KeptApplication] = []


@dataclass(frozen=True, slots=True)
class KeptApplication:
    """An application, with the configuration and the log-in services that it was built with."""

    build: Build
    settings: Settings
    app: Flask
    configuration: dict[str, Any]
    openid: Mapping[str, LogInGateway]


def kept_application(
    build: Build,
    settings: Settings,
    sessions: sessionmaker[Session],
    system_sessions: sessionmaker[Session],
    guesses: LimitWindow,
) -> Flask:
    """Return the process's application of these settings, as if it were new, on a test's database.

    What tests change of an application is replaced: its configuration, its database, its log-in services and
    what it counts about log-ins. A test that adds a view builds an application of its own.
    """
    kept = next((kept for kept in _kept if kept.build is build and kept.settings == settings), None)
    if kept is None:
        app = build(settings, sessions)
        kept = KeptApplication(build, settings, app, dict(app.config), app.extensions[EXTENSION].openid)
        _kept.append(kept)
    kept.app.config.clear()
    kept.app.config.update(kept.configuration)
    state: Shell = kept.app.extensions[EXTENSION]
    state.sessions, state.system_sessions, state.guesses = sessions, system_sessions, guesses
    state.openid = kept.openid
    return kept.app
