"""What the running shell knows: settings, sessions, languages' texts, navigation. One per application."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from flask import current_app
from sqlalchemy.orm import Session, sessionmaker

if TYPE_CHECKING:
    from foundation.web.assets import Assets
    from foundation.web.identity.provider import IdentityProvider
    from foundation.web.limits import GuessLimits
    from foundation.web.navigation import NavigationItem

EXTENSION = "omatori"


class ShellSettings(Protocol):
    """The part of `config.Settings` that the shell reads."""

    @property
    def secret_key(self) -> str: ...
    @property
    def var_dir(self) -> Path: ...
    @property
    def clock(self) -> datetime | None: ...
    @property
    def is_production(self) -> bool: ...


@dataclass(slots=True)
class Shell:
    """The shell's own state, kept in `app.extensions`."""

    settings: ShellSettings
    sessions: sessionmaker[Session]
    assets: Assets
    guesses: GuessLimits
    identity_providers: list[IdentityProvider] = field(default_factory=list)
    navigation: list[NavigationItem] = field(default_factory=list)


def shell() -> Shell:
    """The state of the application that serves this request."""
    return cast(Shell, current_app.extensions[EXTENSION])
