"""People at their browsers: each has a context, and so a log-in, of their own."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.builders.patience import BROWSER_PATIENCE_MS
from tests.builders.seeded_world import Json

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


class BrowserSession:
    """One person's browser window. Fields are found by name, so that a test holds in every language."""

    def __init__(
        self, browser: Browser, url: str, person: Json | None, *, phone: bool = False, worker: bool = False
    ) -> None:
        """Open a window and log in. `person` is one of a seeded world; None stays logged out.

        With `worker` the service worker of the pages may start; else its `ready` never comes.
        """
        context = browser.new_context(
            base_url=url,
            locale="fi-FI",
            timezone_id="Europe/Helsinki",
            viewport=PHONE if phone else DESKTOP,
            service_workers="allow" if worker else "block",  # a walk that loads 500 pages needs none
        )
        self.page: Page = context.new_page()
        self.page.set_default_timeout(BROWSER_PATIENCE_MS)
        if person is not None:
            self._log_in(url, person)

    def _log_in(self, url: str, person: Json) -> None:
        self.go("/kirjaudu")
        self.page.locator("main form [type=password]").fill(person["password"])
        self.page.locator("main form [type=email], main form [type=text]").first.fill(person["log_in"])
        self.submit("main form:has([type=password]) button[type=submit]")
        assert self.page.url != f"{url}/kirjaudu", self.heading()

    def go(self, path: str) -> None:
        """Open a page; it must answer 200."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def fill(self, **fields: str) -> None:
        """Write into fields, by name."""
        for name, text in fields.items():
            self.page.locator(f"main [name='{name}']").fill(text)

    def choose(self, name: str, value: str) -> None:
        """Pick a radio button, a box or an entry of a list."""
        field = self.page.locator(f"main select[name='{name}']")
        if field.count():
            field.select_option(value)
        else:
            self.page.locator(f"main [name='{name}'][value='{value}']").check(force=True)

    def attach(self, name: str, content: str | bytes) -> None:
        """Put a file into the form's file field."""
        data = content.encode() if isinstance(content, str) else content
        file = {"name": name, "mimeType": "text/csv" if name.endswith("csv") else "text/xml", "buffer": data}
        self.page.locator("main [type=file][name=file]").set_input_files(file)  # type: ignore[arg-type]

    def submit(self, button: str = "main form button[type=submit]") -> None:
        """Press the button and wait for the next page."""
        with self.page.expect_navigation():
            self.page.locator(button).first.click()

    def download(self, button: str, folder: Path) -> bytes:
        """Press a button that gives a file; return its bytes."""
        with self.page.expect_download() as download:
            self.page.locator(button).first.click()
        target = folder / "download"
        download.value.save_as(target)
        return target.read_bytes()

    def heading(self) -> str:
        """Return the text of the page's h1."""
        return self.page.locator("h1").inner_text()

    def text(self) -> str:
        """Return the text of the page's main part, with ordinary spaces."""
        return self.page.locator("main").inner_text().replace("\u00a0", " ")

    def path(self) -> str:
        """Return the path and query of the open page."""
        return "/" + self.page.url.split("/", 3)[3]
