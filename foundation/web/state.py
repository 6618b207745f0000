"""State of the running shell: settings, sessions, identity providers, navigation. One per application."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar, cast

from flask import current_app
from sqlalchemy.orm import Session, sessionmaker

from foundation.vocabulary.keys import KeyPurpose, KeyRing
from foundation.vocabulary.log_in_services import Audience, LogInService
from foundation.web.assets import Assets
from foundation.web.extension_points import (
    HealthReport,
    IdentityProvider,
    LimitWindow,
    LogInGateway,
    NavigationItem,
    PageFrame,
)
from foundation.web.proxies import Network

EXTENSION = "omatori"
Given = TypeVar("Given")


class ShellSettings(Protocol):
    """The part of `config.Settings` that the shell reads."""

    @property
    def var_dir(self) -> Path: ...
    @property
    def anchors_dir(self) -> Path: ...
    @property
    def clock(self) -> datetime | None: ...
    @property
    def is_production(self) -> bool: ...
    @property
    def public_url(self) -> str | None: ...
    @property
    def trusted_proxies(self) -> tuple[Network, ...]: ...
    @property
    def metrics_token(self) -> str | None: ...
    @property
    def metrics_dir(self) -> Path | None: ...
    @property
    def openid_services(self) -> tuple[LogInService, ...]: ...
    def keys(self, purpose: KeyPurpose) -> KeyRing: ...


@dataclass(slots=True)
class Shell:
    """The shell's own state, kept in `app.extensions`.

    Requests use `sessions`, which see the rows of their context; `system_sessions` see those of everybody.
    `outside` has what the composition root gives to pages of other packages, by its class.
    """

    settings: ShellSettings
    sessions: sessionmaker[Session]
    system_sessions: sessionmaker[Session]
    assets: Assets
    guesses: LimitWindow
    identity_providers: list[IdentityProvider] = field(default_factory=list)
    navigation: list[NavigationItem] = field(default_factory=list)
    frames: list[PageFrame] = field(default_factory=list)
    openid: Mapping[str, LogInGateway] = field(default_factory=dict)
    health_reports: list[HealthReport] = field(default_factory=list)
    outside: dict[type, object] = field(default_factory=dict)

    def log_in_services(self, audience: Audience) -> list[LogInService]:
        """Return the services at which these people log in."""
        services = [gateway.service for gateway in self.openid.values()]
        return [service for service in services if service.audience is audience]


def given(kind: type[Given]) -> Given:
    """Return what the composition root has put into `outside` under this class."""
    return cast(Given, shell().outside[kind])


def shell() -> Shell:
    """Return the shell of the application that serves this request."""
    return cast(Shell, current_app.extensions[EXTENSION])
