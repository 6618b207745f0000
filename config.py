"""The only module that reads the environment. Everything else takes a `Settings` or one of its values."""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from foundation.database.failpoints import KINDS as FAILPOINT_KINDS
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.keys import KeyPurpose, KeyRing, read_secrets, ring_of
from foundation.vocabulary.log_in_services import LogInService
from foundation.vocabulary.stripe_keys import StripeSettings, read_stripe
from foundation.web.openid_file import read_openid_file
from foundation.web.proxies import Network, read_networks
from foundation.web.secret_strength import secret_bits

Environment = Literal["development", "production"]
LogStyle = Literal["json", "text"]

ROOT = Path(__file__).resolve().parent
DEMO_SECRETS = frozenset({"secret", "demo", "development", "change-me", "changeme", "test"})
SHORTEST_SECRET = 32
FEWEST_SECRET_BITS = 80

VERSIONED = {"IDENTITY_KEYS": KeyPurpose.IDENTITY, "AUDIT_KEYS": KeyPurpose.AUDIT}
"""The variables that hold secrets by version, such as `2:SECRET,1:SECRET`, and what their keys are for."""

MAIL_FROM = "omatori@localhost"


class ConfigurationError(Exception):
    """The environment variables are wrong. `faults` lists every reason, for the operator."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("Omatori cannot start:\n" + "\n".join(f"  - {fault}" for fault in faults))


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of this process, read once when it starts.

    Without a `database_url`, the embedded PostgreSQL in `var_dir / "postgres"` is used. A `clock` is a
    fixed time. `failpoint` is `name:kill|error|delay`, for tests. Without a `mail_host` (`host` or
    `host:port`), mail is written to `var_dir / "mail"`. `stated_secrets` are those of the variables in
    `VERSIONED`, by version. `public_url` is the address of the service for links in mails. `metrics_dir` is
    shared by the processes of one service: the library of the metrics reads the same variable.
    `openid_services` are those of the file `OMATORI_OPENID`.
    """

    environment: Environment
    secret_key: str = field(repr=False)
    var_dir: Path
    database_url: str | None = field(default=None, repr=False)
    clock: datetime | None = None
    failpoint: str | None = None
    mail_host: str | None = None
    mail_from: str = MAIL_FROM
    mail_user: str | None = None
    mail_password: str | None = field(default=None, repr=False)
    audit_mail: str | None = None
    public_url: str | None = None
    person_key: str | None = field(default=None, repr=False)
    log_style: LogStyle = "text"
    metrics_token: str | None = field(default=None, repr=False)
    metrics_dir: Path | None = None
    stated_anchors_dir: Path | None = None
    stated_secrets: Mapping[str, Mapping[int, str]] = field(default_factory=dict, repr=False)
    openid_services: tuple[LogInService, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    stripe: StripeSettings = field(default_factory=StripeSettings)

    @property
    def is_production(self) -> bool:
        """Return whether this is production: no demo log-ins, and secure cookies."""
        return self.environment == "production"

    @property
    def log_ins_file(self) -> Path:
        """Return the file in which `omatori seed` writes the demo log-ins, for `omatori serve` to print."""
        return self.var_dir / "log-ins.txt"

    @property
    def anchors_dir(self) -> Path:
        """Return the folder in which values of the audit chain are kept, outside the database."""
        return self.stated_anchors_dir or self.var_dir / "anchors"

    def keys(self, purpose: KeyPurpose) -> KeyRing:
        """Return the keys for a purpose: those of its own variable, else one derived from the secret key.

        Identity codes were first hashed with the secret key itself. That is their version 0. Second factors
        and webhooks use keys derived from the secrets of identity codes: like those, they must outlive the
        secret key.
        """
        stated = {versioned: self.stated_secrets.get(name) for name, versioned in VERSIONED.items()}
        outlives = purpose in (KeyPurpose.SECOND_FACTORS, KeyPurpose.WEBHOOKS)
        source = KeyPurpose.IDENTITY if outlives else purpose
        secrets_by_version = dict(stated.get(source) or {1: self.secret_key})
        if purpose is not KeyPurpose.IDENTITY:
            return ring_of(secrets_by_version, purpose)
        first = secrets_by_version.pop(0, self.secret_key)
        return KeyRing({0: first.encode(), **ring_of(secrets_by_version, purpose).keys})

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment variables of docs/operations.md.

        Raises:
            ConfigurationError: Variables are wrong; it lists all faults.
        """
        values = os.environ if environ is None else environ
        faults: list[str] = []
        environment = _environment(values, faults)
        var_dir = _folder(values.get("OMATORI_VAR")) or ROOT / "var"
        settings = cls(
            environment=environment,
            secret_key=_secret_key(values, environment, var_dir),
            var_dir=var_dir,
            database_url=_database_url(values, faults),
            clock=_clock(values, faults),
            failpoint=_failpoint(values, faults),
            mail_host=values.get("MAIL_HOST") or None,
            mail_from=values.get("MAIL_FROM") or MAIL_FROM,
            mail_user=values.get("MAIL_USER") or None,
            mail_password=values.get("MAIL_PASSWORD") or None,
            audit_mail=values.get("OMATORI_AUDIT_MAIL") or None,
            public_url=_public_url(values, faults),
            person_key=values.get("OMATORI_KEY") or None,
            log_style=_log_style(values, environment, faults),
            metrics_token=values.get("OMATORI_METRICS_TOKEN") or None,
            metrics_dir=_folder(values.get("PROMETHEUS_MULTIPROC_DIR")),
            stated_anchors_dir=_folder(values.get("OMATORI_ANCHORS")),
            stated_secrets=_versioned_secrets(values, faults),
            trusted_proxies=read_networks(values.get("OMATORI_TRUSTED_PROXIES"), faults),
            openid_services=read_openid_file(_folder(values.get("OMATORI_OPENID")), faults),
            stripe=read_stripe(values, faults, is_production=environment == "production"),
        )
        if environment == "production":
            faults += _production_faults(settings)
        if faults:
            raise ConfigurationError(faults)
        return settings


def _environment(values: Mapping[str, str], faults: list[str]) -> Environment:
    name = values.get("OMATORI_ENV") or "development"
    if name == "production":
        return "production"
    if name != "development":
        faults.append(f"OMATORI_ENV is {name!r}: it must be development or production")
    return "development"


def _folder(text: str | None) -> Path | None:
    return Path(text).expanduser().resolve() if text else None


def _versioned_secrets(values: Mapping[str, str], faults: list[str]) -> dict[str, dict[int, str]]:
    """Return the secrets of each variable in `VERSIONED` that is set, by version."""
    found = {}
    for name in VERSIONED:
        if text := values.get(name):
            secrets_by_version = read_secrets(text)
            if secrets_by_version is None:
                faults.append(f"{name} cannot be read: give VERSION:SECRET, or several with commas")
            else:
                found[name] = secrets_by_version
    return found


def _secret_key(values: Mapping[str, str], environment: Environment, var_dir: Path) -> str:
    secret_key = values.get("SECRET_KEY", "")
    if secret_key or environment == "production":
        return secret_key
    return _stored_secret(var_dir / "secret-key")


def _stored_secret(path: Path) -> str:
    """Return the development secret, created once and readable only by its owner, so that sessions survive
    restarts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(SHORTEST_SECRET))
        try:
            os.link(draft, path)  # fails if another process that starts now was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _database_url(values: Mapping[str, str], faults: list[str]) -> str | None:
    """Return the URL for SQLAlchemy with psycopg 3; None if there is none."""
    url = values.get("DATABASE_URL")
    if not url:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator or scheme not in {"postgresql", "postgres", "postgresql+psycopg"}:
        faults.append("DATABASE_URL must begin with postgresql://")
    return f"postgresql+psycopg://{rest}"


def _public_url(values: Mapping[str, str], faults: list[str]) -> str | None:
    text = values.get("OMATORI_URL")
    if not text:
        return None
    if not re.fullmatch(r"https?://[^/\s?#]+/?", text):
        faults.append("OMATORI_URL must be the address of the service, such as https://omatori.example.fi")
    return text.rstrip("/")


def _log_style(values: Mapping[str, str], environment: Environment, faults: list[str]) -> LogStyle:
    style = values.get("OMATORI_LOG") or ("json" if environment == "production" else "text")
    if style not in ("json", "text"):
        faults.append(f"OMATORI_LOG is {style!r}: it must be json or text")
    return "json" if style == "json" else "text"


def _clock(values: Mapping[str, str], faults: list[str]) -> datetime | None:
    text = values.get("OMATORI_CLOCK")
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        faults.append(f"OMATORI_CLOCK is {text!r}: give an ISO time such as 2026-11-21T12:00:00+02:00")
        return None
    return moment.replace(tzinfo=moment.tzinfo or HELSINKI)


def _failpoint(values: Mapping[str, str], faults: list[str]) -> str | None:
    text = values.get("OMATORI_FAILPOINT")
    if not text:
        return None
    name, _, kind = text.partition(":")
    if not name or kind not in FAILPOINT_KINDS:
        faults.append(f"OMATORI_FAILPOINT is {text!r}: give name:kill, name:error or name:delay")
    return text


def _production_faults(settings: Settings) -> list[str]:
    named = {"SECRET_KEY": settings.secret_key}
    for name in VERSIONED:
        secrets_by_version = settings.stated_secrets.get(name, {0: ""})
        newest = max(secrets_by_version)
        named |= {
            name if key == newest else f"{name} {key}": text for key, text in secrets_by_version.items()
        }
    checks = {
        "OMATORI_CLOCK is set: a fixed time is only for tests": settings.clock is not None,
        "OMATORI_FAILPOINT is set: fail points are only for tests": settings.failpoint is not None,
        f"OMATORI_METRICS_TOKEN is shorter than {SHORTEST_SECRET} characters": (
            0 < len(settings.metrics_token or "") < SHORTEST_SECRET
        ),
        "MAIL_HOST is not set: nobody would get the mails": settings.mail_host is None,
        "OMATORI_URL is not set: log-in services need it": settings.openid_services > ()
        and not settings.public_url,
        "demo log-ins are in use: there is a log-ins.txt in OMATORI_VAR": settings.log_ins_file.exists(),
        "every account of this machine may write into OMATORI_VAR": _is_open_to_all(settings.var_dir),
        "every account of this machine may write into OMATORI_ANCHORS": _is_open_to_all(settings.anchors_dir),
    }
    faults = [fault for name, secret in named.items() for fault in _secret_faults(name, secret, settings)]
    if len(set(named.values())) < len(named) and all(named.values()):
        faults.append(f"two of {', '.join(named)} are the same secret: each needs its own")
    return faults + [fault for fault, holds in checks.items() if holds]


def _is_open_to_all(folder: Path) -> bool:
    return folder.exists() and bool(folder.stat().st_mode & stat.S_IWOTH)


def _secret_faults(name: str, secret: str, settings: Settings) -> list[str]:
    checks = {
        f"{name} is not set": not secret,
        f"{name} is shorter than {SHORTEST_SECRET} characters": 0 < len(secret) < SHORTEST_SECRET,
        f"{name} can be guessed: it repeats itself; make one as docs/operations.md says": (
            len(secret) >= SHORTEST_SECRET and secret_bits(secret) < FEWEST_SECRET_BITS
        ),
        f"{name} is a demo secret": secret.lower() in DEMO_SECRETS or _is_development_key(secret, settings),
    }
    return [fault for fault, holds in checks.items() if holds]


def _is_development_key(secret: str, settings: Settings) -> bool:
    path = settings.var_dir / "secret-key"
    return path.exists() and path.read_text().strip() == secret
