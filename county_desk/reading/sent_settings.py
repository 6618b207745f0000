"""A county's settings as programs read and send them: the document of the file, without the account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from county_desk.reading.county_file import read_settings_document
from county_desk.reading.county_file_text import settings_document
from county_desk.rules.county_setup import CountySetup, SetupCode
from foundation.vocabulary.refusals import Refusal

ACCOUNT = "bank"
"""The section that is not sent: another account waits for a second administrator, on a page."""


def sent_document(setup: CountySetup) -> dict[str, Any]:
    """Return the settings as a program reads them."""
    return {name: value for name, value in settings_document(setup).items() if name != ACCOUNT}


def read_sent_document(document: Mapping[str, Any], stored: CountySetup) -> CountySetup | tuple[Refusal, ...]:
    """Return the settings that a program sends, with the account that is stored; or every fault."""
    kept = {name: value for name, value in document.items() if name != ACCOUNT}
    read = read_settings_document(kept | {ACCOUNT: settings_document(stored)[ACCOUNT]})
    account = (Refusal(SetupCode.ACCOUNT_NOT_HERE, ACCOUNT),) if ACCOUNT in document else ()
    if not isinstance(read, CountySetup):
        return (*account, *read)
    if read.code != stored.code:
        account = (*account, Refusal(SetupCode.CODE_FIXED, "code", {"county": stored.code}))
    return account or read
