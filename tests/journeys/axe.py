"""axe-core on a page in the browser, at the widths of a phone, a tablet and a desktop, in light and dark.

check_axe(page)                     # the page as it is: no finding of WCAG 2.0–2.2 A, AA or best practice
check_axe_at(page, address, looks)  # the same at widths and in colour schemes, and no sideways scroll
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 768, 1280)
HEIGHT = 900
TOO_WIDE = """width => document.documentElement.scrollWidth <= width ? [] :
  [...document.querySelectorAll("body *")]
  .filter(element => element.getBoundingClientRect().right > width + 1)
  .map(element => element.outerHTML.slice(0, 80))"""
Look = tuple[Literal["light", "dark"], int]
"""A colour scheme and a width in CSS px."""
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOOKS: tuple[Look, ...] = tuple((scheme, width) for scheme in SCHEMES for width in WIDTHS)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ENHANCED = {"color-contrast-enhanced": {"enabled": True}}
RUN = """async ([tags, rules]) => {
  await new Promise(drawn => requestAnimationFrame(() => setTimeout(drawn)));
  return 'axe' in window &&
    axe.run(document, {runOnly: {type: 'tag', values: tags}, rules, resultTypes: ['violations']});
}"""
"""Runs axe once the page is drawn: only then have its observers seen a new width."""


@cache
def source() -> str:
    """Return the source of axe-core."""
    assert AXE.exists(), "axe-core is not here: run `python3 dev.py test` once, which fetches it"
    return AXE.read_text("utf-8")


def findings(page: Page, *, enhanced_contrast: bool = False) -> list[str]:
    """Return what axe finds on the page: rule, element, why.

    Args:
        enhanced_contrast: also require a contrast of 7:1, as client pages must have.
    """
    arguments = [TAGS, ENHANCED if enhanced_contrast else {}]
    result: dict[str, Any] | bool = page.evaluate(RUN, arguments)
    if not result:
        page.evaluate(source())
        result = page.evaluate(RUN, arguments)
    assert isinstance(result, dict)
    violations: list[dict[str, Any]] = result["violations"]
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in violations
        for node in violation["nodes"]
    ]


def check_axe(page: Page, *, enhanced_contrast: bool = False) -> None:
    """Fail with every finding."""
    found = findings(page, enhanced_contrast=enhanced_contrast)
    assert not found, f"{page.url} {page.viewport_size}\n" + "\n".join(found)


def check_axe_at(page: Page, address: str, looks: Iterable[Look], *, enhanced_contrast: bool = False) -> None:
    """Fail with every finding of a page at these looks, or if it scrolls sideways.

    The page is loaded again for another colour scheme: while colours change, axe measures those in between.
    """
    loaded = None
    for scheme, width in looks:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        if scheme != loaded:
            page.emulate_media(color_scheme=scheme)
            page.goto(address)
            if "#" in address:  # only the place in the page changed: nothing was loaded
                page.reload()
            loaded = scheme
        check_axe(page, enhanced_contrast=enhanced_contrast)
        wide = page.evaluate(TOO_WIDE, width)
        assert not wide, f"{page.url} scrolls sideways at {width} px: {wide}"
