"""The browser that the tests use starts, runs scripts and paints."""

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.browser
def test_the_browser_shows_a_page(page: Page) -> None:
    page.set_content("<main><h1>Palveluseteli</h1></main><script>document.title = 'å' + 6 * 7</script>")
    expect(page).to_have_title("å42")
    expect(page.get_by_role("heading", level=1)).to_have_text("Palveluseteli")
    assert len(page.screenshot()) > 1000
