"""Windows of people who come by a link: a password of their own, and an authenticator app if it is needed."""

from __future__ import annotations

from base64 import b32decode
from datetime import timedelta

from playwright.sync_api import Browser

from foundation.web.clock import read_clock
from foundation.web.identity.totp import code_at, step_of
from tests.builders.browser_session import BrowserSession

PASSWORD = "neljä sanaa on hyvä"


class Newcomer(BrowserSession):
    """A person's window, from the link of an invitation on. `secret` is that of the app.

    `ahead` is how far the clock of the server is ahead of the machine's.
    """

    ahead = timedelta()

    def __init__(self, browser: Browser, url: str, link: str, name: str) -> None:
        """Open the link, choose a password, and take an app into use if the role needs one."""
        super().__init__(browser, url, None)
        self.secret = b""
        self.go(link)
        self.fill(name=name, password=PASSWORD)
        self.submit("main form:has([name=password]) button[type=submit]")
        if "/kirjaudu/kayttoonotto" in self.page.url or self.page.locator("main code").count():
            self._enrol()

    def _enrol(self) -> None:
        key = "".join(self.page.locator("main p code").inner_text().split())
        self.secret = b32decode(key + "=" * (-len(key) % 8))
        self.fill(code=code_at(self.secret, step_of(read_clock(None))))
        self.submit()
        self.submit("main a[role=button]")

    def confirm(self) -> None:
        """Give the next code of the app on the page that asks for it."""
        self.fill(code=code_at(self.secret, step_of(read_clock(None) + self.ahead) + 1))
        self.submit("main form:has([name=code]) button[type=submit]")

    def log_in(self, address: str) -> None:
        """Log in again with the address, the password and, if there is an app, its code of now."""
        self.go("/kirjaudu")
        self.fill(email=address, password=PASSWORD)
        self.submit("main form:has([type=password]) button[type=submit]")
        if self.secret:
            self.fill(code=code_at(self.secret, step_of(read_clock(None) + self.ahead)))
            self.submit("main form:has([name=code]) button[type=submit]")

    def attach_paper(self, content: bytes) -> None:
        """Put a PDF document into the form's file field."""
        file = {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": content}
        self.page.locator("main [type=file][name=file]").set_input_files(file)  # type: ignore[arg-type]
