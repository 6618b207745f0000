"""How a person works a page: by pointer or keyboard, on a narrow phone, with or without JavaScript."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page

from tests.builders.patience import BROWSER_PATIENCE_MS
from tests.builders.seeded_world import Json

MOST_STEPS = 150
_IS_FOCUSED = "element => element === document.activeElement"
_IS_SEEN = """element => {
  const style = getComputedStyle(element);
  const label = element.labels && element.labels[0] ? getComputedStyle(element.labels[0], '::before') : style;
  return [style, label].some(one => one.outlineStyle !== 'none' || one.boxShadow !== 'none');
}"""


@dataclass(frozen=True, slots=True)
class Way:
    """A width in CSS pixels, with or without JavaScript, by keyboard or by pointer, and the text."""

    width: int
    script: bool = True
    keyboard: bool = False
    text: str = "fi-x-selko"

    def __str__(self) -> str:
        """Return a name for the test report."""
        script, hand = "script" if self.script else "no-script", "keyboard" if self.keyboard else "pointer"
        return f"{self.width}-{script}-{hand}"


class Hands:
    """A person who is logged in and works in one way. Everything is found by its role and its name."""

    def __init__(self, browser: Browser, url: str, person: Json | None, way: Way) -> None:
        """Open a window of the way's width and log in; without a person nobody is logged in."""
        context = browser.new_context(
            base_url=url,
            locale="fi-FI",
            timezone_id="Europe/Helsinki",
            viewport={"width": way.width, "height": 800},
            java_script_enabled=way.script,
        )
        self.way = way
        self.page: Page = context.new_page()
        self.page.set_default_timeout(BROWSER_PATIENCE_MS)
        if person is not None:
            self._log_in(person)

    def _log_in(self, person: Json) -> None:
        way = self.way
        self.page.goto(f"/kirjaudu?lang={way.text}")
        self.write(self.page.locator("main form [type=email], main form [type=text]").first, person["log_in"])
        self.write(self.page.locator("main form [type=password]"), person["password"])
        self.press(self.page.locator("main form:has([type=password]) button[type=submit]"))
        assert self.page.locator("html").get_attribute("lang") == way.text

    def open(self, path: str) -> None:
        """Open a page by its address; it must answer 200 and be no wider than the window."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"
        self._check_width()

    def press(self, control: Locator) -> None:
        """Follow a link or press a button, and wait for the next page, which must fit the window."""
        with self.page.expect_navigation():
            if self.way.keyboard:
                self._reach(control)
                self.page.keyboard.press("Enter")
            else:
                control.click()
        self._check_width()

    def write(self, field: Locator, text: str) -> None:
        """Write a text into a field in place of what is there."""
        if not self.way.keyboard:
            field.fill(text)
            return
        self._reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def pick(self, option: Locator) -> None:
        """Choose a radio button or tick a box."""
        if option.is_checked():
            return
        if not self.way.keyboard:
            option.check(force=True)
        elif option.get_attribute("type") == "checkbox":
            self._reach(option)
            self.page.keyboard.press("Space")
        else:
            self._pick_radio(option)
        assert option.is_checked()

    def clear(self, box: Locator) -> None:
        """Take the tick of a box away."""
        if self.way.keyboard:
            self._reach(box)
            self.page.keyboard.press("Space")
        else:
            box.uncheck(force=True)
        assert not box.is_checked()

    def open_details(self, summary: Locator) -> None:
        """Open folded contents."""
        if self.way.keyboard:
            self._reach(summary)
            self.page.keyboard.press("Enter")
        else:
            summary.click()

    def text(self) -> str:
        """Return the text of the page's main part, with ordinary spaces."""
        return self.page.locator("main").inner_text().replace("\u00a0", " ")

    def path(self) -> str:
        """Return the path and query of the open page."""
        return "/" + self.page.url.split("/", 3)[3]

    def _pick_radio(self, option: Locator) -> None:
        """Tab to the group, which is one stop, and move in it with the arrow key."""
        name = option.get_attribute("name")
        group = self.page.locator(f"main input[type=radio][name='{name}']")
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                break
        self.page.keyboard.press("Space")
        for _ in range(group.count()):
            if option.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def _reach(self, control: Locator) -> None:
        """Press Tab until the control has the focus, and see that the focus shows."""
        control.wait_for()
        for _ in range(MOST_STEPS):
            if control.evaluate(_IS_FOCUSED):
                assert control.evaluate(_IS_SEEN), "the focus does not show"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {control}")

    def _check_width(self) -> None:
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.way.width, f"{self.page.url} is {width} px wide"
