"""Mail that leaves the house: by SMTP, or into a folder where no mail server is set."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as ON_THE_WIRE
from email.utils import format_datetime
from pathlib import Path

SMTP_PORT = 25
WAIT_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Mail:
    """A plain text message; `key` is unique for ever and becomes the Message-ID, so a copy is known."""

    key: str
    to: str
    subject: str
    text: str


Post = Callable[[Mail, datetime], None]
"""Sends one mail, dated; raises OSError (of which SMTPException is one) when it did not leave."""


def post_by_smtp(host: str, sender: str, user: str | None = None, password: str | None = None) -> Post:
    """A post by the mail server at `host` or `host:port`; encrypted where the server offers it."""
    name, _, port = host.partition(":")

    def send(mail: Mail, now: datetime) -> None:
        with smtplib.SMTP(name, int(port or SMTP_PORT), timeout=WAIT_SECONDS) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if user and password:
                server.login(user, password)
            server.send_message(as_message(mail, sender, now))

    return send


def post_into_folder(folder: Path, sender: str) -> Post:
    """A post that writes each mail as a file named by its key: a second copy takes the place of the first."""

    def send(mail: Mail, now: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        message = as_message(mail, sender, now)
        (folder / f"{_plain(mail.key)}.eml").write_bytes(message.as_bytes(policy=ON_THE_WIRE))

    return send


def as_message(mail: Mail, sender: str, now: datetime) -> EmailMessage:
    """The mail as RFC 5322 text."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_plain(mail.key)}@{sender.rpartition('@')[2] or 'omatori'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _plain(key: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in key)
