"""What a helper reads of the own suggestion."""

from __future__ import annotations

from foundation.database.tables.people import Mandate
from tests.builders.client_api import CLIENT, HELPER, ClientApi
from tests.pages.test_proposals import browser, proposed, proposer

__all__ = ["proposer"]


def test_who_proposes_is_not_asked_whether_it_is_wanted(client_api: ClientApi, proposer: Mandate) -> None:
    """A helper who may choose as well answers the suggestions of others, not the own one."""
    proposer.may_choose = True
    client_api.session.commit()
    page = proposed(client_api)
    shown = browser(client_api, HELPER).page(page.path, lang="en")
    assert "The client decides. Nothing is chosen yet." in shown.texts("main")
    assert "You do not want this?" not in shown.texts("main")
    assert not shown.root.xpath("//main//form[contains(@action, '/hylkaa')]")
    read = browser(client_api, CLIENT).page(page.path, lang="en").texts("main")
    assert ("You decide." in read, "You do not want this?" in read) == (True, True)
