"""Store the settings that a program sends, as the county's file would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from county_desk.actions.set_up_county import SetupReport, set_up_county
from county_desk.reading.sent_settings import read_sent_document
from county_desk.rules.county_changes import operator_faults
from county_desk.rules.county_setup import CountySetup, SharedSetup
from foundation.vocabulary.roles import Actor


def send_settings(
    session: Session,
    stored: CountySetup,
    document: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    dry_run: bool,
) -> SetupReport:
    """Store a whole document of settings, or report what is wrong with it; `dry_run` stores nothing.

    What refuses a file refuses it (`set_up_county`). The account (`account_not_here`), what all counties
    share (`shared_by_operator`) and the county's code (`county_code_fixed`) are not changed in this way. The
    caller has locked the settings and read `stored` after that.
    """
    read = read_sent_document(document, stored)
    if not isinstance(read, CountySetup):
        return SetupReport(faults=read)
    faults = operator_faults(stored.shared, read.shared)
    if faults:
        return SetupReport(faults=faults)
    return set_up_county(
        session, replace(read, shared=SharedSetup((), ())), actor=actor, now=now, dry_run=dry_run
    )
