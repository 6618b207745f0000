"""axe-core on a page in the browser, at the widths of a phone, a tablet and a desktop, in light and dark.

check_axe(page)                      # the page as it is: no finding of WCAG 2.0–2.2 A, AA or best practice
check_axe_everywhere(page, address)  # the same at 320, 768 and 1280 CSS px, in light and dark, and no
                                     # sideways scroll
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 768, 1280)
HEIGHT = 900
TOO_WIDE = """width => document.documentElement.scrollWidth <= width ? [] :
  [...document.querySelectorAll("body *")]
  .filter(element => element.getBoundingClientRect().right > width + 1)
  .map(element => element.outerHTML.slice(0, 80))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ENHANCED = {"color-contrast-enhanced": {"enabled": True}}
RUN = """([tags, rules]) => 'axe' in window &&
  axe.run(document, {runOnly: {type: 'tag', values: tags}, rules, resultTypes: ['violations']})"""


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


def check_axe_everywhere(page: Page, address: str, *, enhanced_contrast: bool = False) -> None:
    """Fail with every finding at any width, in light or dark, or if the page scrolls sideways."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.goto(address)
            check_axe(page, enhanced_contrast=enhanced_contrast)
            wide = page.evaluate(TOO_WIDE, width)
            assert not wide, f"{address} scrolls sideways at {width} px: {wide}"
