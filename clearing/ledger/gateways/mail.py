"""Sending mail: by SMTP, or into a folder if no mail server is configured."""

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
    """A plain text message.

    Its `key` is unique and becomes the Message-ID, so a second copy can be recognised.
    """

    key: str
    to: str
    subject: str
    text: str


Post = Callable[[Mail, datetime], None]
"""Sends a mail with this date. Raises OSError (SMTPException is one) if it was not sent."""


def post_by_smtp(host: str, sender: str, user: str | None = None, password: str | None = None) -> Post:
    """Return a function that sends through the server at `host` or `host:port`, with STARTTLS if offered."""
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
    """Return a function that writes each mail to a file named after its key; a copy overwrites it.

    Mails concern clients: only the account that runs the program may read them.
    """

    def send(mail: Mail, now: datetime) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        message = as_message(mail, sender, now)
        file = folder / f"{_plain(mail.key)}.eml"
        file.touch(mode=0o600)
        file.write_bytes(message.as_bytes(policy=ON_THE_WIRE))

    return send


def as_message(mail: Mail, sender: str, now: datetime) -> EmailMessage:
    """Return the mail as a message (RFC 5322)."""
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
