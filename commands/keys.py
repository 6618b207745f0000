"""`omatori keys`: make secrets, and count what was made with which version of a key."""

from __future__ import annotations

import json
import secrets

import click

from commands.options import json_option
from commands.runtime import database_session, with_settings
from config import Settings

SECRET_BYTES = 48


@click.group("keys")
def keys() -> None:
    """Make secrets for the environment, and see which versions are in use."""


@keys.command("new")
@click.option(
    "--version", type=click.IntRange(1, 9999), default=1, show_default=True, help="Version of the keys."
)
def new(version: int) -> None:
    """Print a fresh secret for each variable; nothing is stored."""
    click.echo(f"SECRET_KEY={secrets.token_urlsafe(SECRET_BYTES)}")
    for name in ("IDENTITY_KEYS", "AUDIT_KEYS"):
        click.echo(f"{name}={version}:{secrets.token_urlsafe(SECRET_BYTES)}")


@keys.command("status")
@json_option
@with_settings
def status(settings: Settings, as_json: bool) -> None:
    """Count what was made with each version of a key; an unused old version may be removed."""
    from clearing.upkeep.load.key_versions import key_versions

    with database_session(settings) as session:
        versions = key_versions(session)
    if as_json:
        click.echo(json.dumps(versions))
        return
    for name, counts in versions.items():
        text = ", ".join(f"version {version}: {count}" for version, count in counts.items()) or "none"
        click.echo(f"{name}: {text}")
