"""End the warning that a provider's papers end, as soon as a county has accepted a new paper."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import papers_of
from clearing.eligibility.rules.paper_cover import first_end
from clearing.upkeep.facts.course import AlertRule
from clearing.upkeep.load.alerts import open_alerts_of_providers
from clearing.upkeep.load.judged import thresholds_on
from clearing.upkeep.rules.figures import without_papers
from clearing.upkeep.rules.provider_warnings import papers_end_soon
from clearing.upkeep.write.alerts import close_alert, keep_alert


def end_paper_warnings(session: Session, provider_id: int, county_id: int, today: date) -> bool:
    """Close a county's warning about a provider if its papers no longer end soon; return whether.

    What else the warning said goes on as a new one, as in the weekly judgement. Other counties' warnings are
    closed by their next judgement.
    """
    alert = open_alerts_of_providers(session, county_id, AlertRule.AT_RISK).get(provider_id)
    if alert is None:
        return False
    limits = thresholds_on(session, county_id, today)
    if papers_end_soon(first_end(papers_of(session, [provider_id])[provider_id], today), today, limits):
        return False
    rest = without_papers(alert.figures)
    if rest == alert.figures:
        return False
    close_alert(session, alert, today)
    if rest["reasons"]:
        keep_alert(session, None, county_id, AlertRule.AT_RISK, {"provider_id": provider_id}, rest, today)
    return True
