"""When a failed message is sent again, and the text of a payment advice, in Finnish and Swedish."""

from datetime import date, timedelta

from foundation.vocabulary.money import Money

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def wait_before_retry(failed_attempts: int) -> timedelta:
    """Return how long to wait after this many failures: a minute, doubled each time, at most six hours."""
    doublings = min(failed_attempts - 1, 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def advice_subject(sum_cents: Money, county_fi: str, county_sv: str) -> str:
    """Return the subject of a payment advice."""
    return f"Maksu tulossa {_euros(sum_cents)} / Betalning på väg: {county_fi} / {county_sv}"


def advice_text(sum_cents: Money, reference: str, settlement_id: int, execution_day: date | None) -> str:
    """Return the text of a payment advice, sent when the payment has gone to the bank."""
    day = "" if execution_day is None else f"{execution_day.day}.{execution_day.month}.{execution_day.year}"
    return (
        f"Teille maksetaan {_euros(sum_cents)}.\n"
        f"Maksupäivä: {day}\nViite: {reference}\nTilitys: {settlement_id}\n"
        "Näet tilityksen veloitukset Omatorissa kohdassa Tilitykset.\n\n"
        f"Vi betalar {_euros(sum_cents)} till er.\n"
        f"Betalningsdag: {day}\nReferens: {reference}\nRedovisning: {settlement_id}\n"
        "Debiteringarna i redovisningen finns i Omatori under Redovisningar.\n"
    )


def _euros(cents: Money) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u00a0") + f",{rest:02d}\u00a0€"
