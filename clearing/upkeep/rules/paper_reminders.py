"""When a provider is reminded of a paper that must be valid on the service day (R-15)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from clearing.eligibility.facts.kinds import PaperKind


class ReminderStage(StrEnum):
    """Each is mailed once for a paper's last day."""

    MONTH = "month"
    WEEK = "week"
    ENDED = "ended"


FIRST_REMINDER: Final = timedelta(days=30)
SECOND_REMINDER: Final = timedelta(days=7)
PAPER_NAMES: Final = {
    PaperKind.REGISTER_ENTRY: "palveluntuottajien rekisteri / serviceproducentregistret / register entry",
    PaperKind.INSURANCE: "vastuuvakuutus / ansvarsförsäkring / liability insurance",
    PaperKind.PREPAYMENT_REGISTER: "ennakkoperintärekisteri / förskottsuppbörd / prepayment register",
}
PAPER_SUBJECT: Final = "Omatori: paperin voimassaolo / dokumentets giltighet / validity of a paper"
_ENDS: Final = (
    "{paper}: {day}.\n\n"
    "Lähetä uusi ennen sitä. Käynnit, joiden päivänä paperi ei ole voimassa, odottavat "
    "hyvinvointialuetta, eikä niitä makseta.\n"
    "Skicka ett nytt innan dess. Besök på dagar då dokumentet inte gäller väntar på "
    "välfärdsområdet och betalas inte.\n"
    "Send a new one before that. Visits on days on which the paper is not valid wait for "
    "the county and are not paid.\n\n{link}\n"
)


def reminder_stage(last_day: date, today: date) -> ReminderStage | None:
    """Return the reminder that is due for a paper's last day; None if the day is far away."""
    if last_day < today:
        return ReminderStage.ENDED
    if last_day <= today + SECOND_REMINDER:
        return ReminderStage.WEEK
    return ReminderStage.MONTH if last_day <= today + FIRST_REMINDER else None


def reminder_text(kind: PaperKind, last_day: date, address: str) -> str:
    """Return the text of the mail."""
    day = f"{last_day.day}.{last_day.month}.{last_day.year}"
    return _ENDS.format(paper=PAPER_NAMES[kind], day=day, link=f"{address.rstrip('/')}/t/yritys/paperit")
