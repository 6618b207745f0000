"""What clients and providers do in a day: choices, prices, visits, correct and wrong charges, answers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from clearing.charges.actions.take_in_charges import take_in_charges
from clearing.charges.actions.withdraw_charge import withdraw_charge
from clearing.charges.corrections.actions.correct_charge import CorrectionWish, correct_charge
from clearing.charges.corrections.rules.counter_entries import CorrectionReason
from clearing.charges.facts.answers import ChargeAnswer
from foundation.database.tables.charges import Charge
from foundation.vocabulary.money import Money, Quantity, format_hundredths
from foundation.vocabulary.refusals import Refusal, not_refused
from marketplace.actions.answer_charge import ANSWERABLE, confirm_charge, dispute_charge
from marketplace.actions.change_choice import change_choice
from marketplace.actions.choose_offering import Chosen, choose_offering
from marketplace.actions.end_choice import end_choice
from marketplace.actions.publish_price import NewPrice, publish_price
from marketplace.load.charges import charge_by_id
from marketplace.load.choices import choice_by_id
from marketplace.load.own_offerings import OwnPrice
from marketplace.rules.wishes import Wish
from provider_portal.actions.sent_file import SentFile
from provider_portal.actions.take_in_file import take_in_file
from tests.builders.settlement import change_account
from tests.simulation.county import UNITS, Firm, Grant, SimulatedCounty

VISITS = 0.35
AGAINST_RULES = 0.2
RECENT_CHARGES = 4000
SENDING_DAYS = 3
"""A provider sends its due charges every third day, and sometimes on another."""
SINGLY, AS_FILE = 0.15, 0.4
"""The shares of sending days on which charges go one by one or as a file; else they go as one batch."""
Sent = dict[str, str]
MISTAKES = (
    ("unit_price", "99.00"),
    ("voucher", "EIOLE00000000000"),
    ("service_day", "2199-01-01"),
    ("quantity", "0"),
    ("unit", "km"),
    ("service", "HOME_CARE"),
    ("service_day", "2024-02-29"),
    ("reference", "ei kelpaa"),
)
"""Mistakes of a provider: a field and its wrong value."""


def run_day(county: SimulatedCounty) -> None:
    """Make choices, publish prices, change accounts; then make visits, send charges and react to them."""
    current_grants = county.current_grants()
    for grant in current_grants:
        rate = 0.02 if grant.choices or grant.refusals > 3 else 0.3
        if not grant.paused and len(grant.choices) < 2 and county.chance(rate):
            choose(county, grant)
    for _ in county.times(0.02, len(current_grants)):
        end_first_choice(county, county.random.choice(current_grants))
    for _ in county.times(0.03, len(county.firms)):
        publish(county, county.random.choice(county.firms))
    for _ in county.times(0.01, len(county.firms)):
        firm = county.random.choice(county.firms)
        change_account(county.session, firm.id, entered_at=county.at(9), confirmed=county.chance(0.8))
        county.done["account changed"] += 1
    visit(county)
    for place, firm in enumerate(county.firms):
        if (county.today.toordinal() + place) % SENDING_DAYS == 0 or county.chance(0.1):
            send(county, firm)
    del county.recent[:-RECENT_CHARGES]
    for act, rate, newest in (
        (withdraw, 0.02, 20),
        (answer_charge, 0.05, 200),
        (correct, 0.03, RECENT_CHARGES),
    ):
        for _ in county.times(rate, min(len(county.recent), len(current_grants))):
            act(county, county.random.choice(county.recent[-newest:]))


def choose(county: SimulatedCounty, grant: Grant) -> None:
    """Choose a provider, or change to another."""
    firm = county.random.choice(county.firms)
    wish = Wish(county.today, None, None, Quantity(county.random.choice((100, 200, 300))))
    offering = firm.offerings[grant.service]
    old = next(iter(grant.choices), None)
    if old is not None:
        choice = choice_by_id(county.session, old)
        assert choice is not None
        answer = change_choice(
            county.session,
            choice=choice,
            offering_id=offering,
            wish=wish,
            actor=grant.client,
            now=county.at(10),
        )
    else:
        answer = choose_offering(
            county.session,
            funding_id=grant.funding_id,
            offering_id=offering,
            wish=wish,
            actor=grant.client,
            now=county.at(10),
            only_once=True,
        )
    made = isinstance(answer, Chosen)
    if isinstance(answer, Chosen):
        grant.choices.pop(old or 0, None)
        grant.choices[answer.choice_id] = county.firms.index(firm)
    grant.refusals = 0 if made else grant.refusals + 1
    county.done[f"{'change' if old else 'choose'}: {'made' if made else 'not made'}"] += 1


def end_first_choice(county: SimulatedCounty, grant: Grant) -> None:
    """End the first choice."""
    if not grant.choices:
        return
    key = next(iter(grant.choices))
    choice = choice_by_id(county.session, key)
    assert choice is not None
    ended = not_refused(end_choice(county.session, choice=choice, actor=grant.client, now=county.at(11)))
    del grant.choices[key]
    county.done[f"end choice: {'undone' if ended.undone else 'ended'}"] += 1


def publish(county: SimulatedCounty, firm: Firm) -> None:
    """Publish another price from today."""
    service = county.random.choice(sorted(firm.offerings))
    price = firm.prices[service] + county.random.choice((-100, 50, 100))
    new_price = NewPrice(firm.offerings[service], "any", price, county.today)
    answer = publish_price(
        county.session, provider_id=firm.id, price=new_price, actor=firm.biller, now=county.at(9)
    )
    assert answer is not None
    if isinstance(answer, OwnPrice):
        firm.prices[service] = price
    county.done["publish price"] += 1


def visit(county: SimulatedCounty) -> None:
    """Visit some clients who have a chosen or named provider; the charge is due some days later."""
    named = {firm.code: place for place, firm in enumerate(county.firms)}
    for grant in county.grants:
        provider = grant.document.fundings[0].provider
        places = [named[provider]] if provider else list(grant.choices.values())
        if not places or not county.chance(VISITS):
            continue
        firm = county.firms[county.random.choice(places)]
        ended = grant.ended or grant.last_day < county.today
        if (ended or grant.paused or firm.suspended) and not county.chance(AGAINST_RULES):
            continue
        firm.charges += 1
        sent = {
            "reference": f"{firm.id}-{firm.charges}",
            "voucher": grant.voucher,
            "service": grant.service,
            "service_day": county.today.isoformat(),
            "quantity": format_hundredths(county.random.choice((50, 100, 150, 200, 300))),
            "unit": UNITS[grant.service],
            "unit_price": format_hundredths(firm.prices[grant.service]),
        }
        delay = county.random.choice((1, 1, 2, 5, 12)) if county.chance(0.93) else 17
        firm.due.append((county.day(delay), sent))


def send(county: SimulatedCounty, firm: Firm) -> None:
    """Send due charges as a file, as a batch or one by one; some have mistakes, some are sent again."""
    due = [sent for day, sent in firm.due if day <= county.today]
    firm.due = [(day, sent) for day, sent in firm.due if day > county.today]
    rows = [_with_mistake(county, firm, sent) for sent in due]
    if firm.sent and county.chance(0.1):
        rows.append(county.random.choice(firm.sent[-30:]))
    if firm.sent and county.chance(0.03):
        rows.append(county.random.choice(firm.sent[-30:]) | {"quantity": "7.77"})
    if due and county.chance(0.1):
        rows.append(due[0] | {"reference": f"{due[0]['reference']}-b"})
    if not rows:
        return
    firm.sent = [*firm.sent[-60:], *rows]
    if county.chance(AS_FILE):
        _remember(county, _send_file(county, firm, rows), "file row")
        return
    batches = [[row] for row in rows] if county.chance(SINGLY) else [rows]
    for batch in batches:
        answers = take_in_charges(
            county.session, provider_id=firm.id, sent=batch, actor=firm.biller, now=county.at(12)
        )
        _remember(county, answers, "charge" if len(batch) == 1 else "batch")


def _with_mistake(county: SimulatedCounty, firm: Firm, sent: Sent) -> Sent:
    """Put a mistake into some rows; the correct row is sent a day later."""
    if not county.chance(0.06):
        return sent
    firm.due.append((county.day(1), sent))
    field, value = county.random.choice(MISTAKES)
    return sent | {field: value}


def _send_file(county: SimulatedCounty, firm: Firm, rows: list[Sent]) -> list[ChargeAnswer]:
    header = list(rows[0])
    lines = [header, *(list(row.values()) for row in rows)]
    data = "\n".join(";".join(line) for line in lines).encode()
    answers: list[ChargeAnswer] = []
    for content in (data, firm.file) if firm.file and county.chance(0.1) else (data,):
        taken = take_in_file(
            county.session,
            provider_id=firm.id,
            file=SentFile(content, "k.csv"),
            actor=firm.biller,
            now=county.at(12),
        )
        county.done["file again" if taken.is_repeated else "file"] += 1
        if content is data:
            answers = [result.answer for result in taken.results]
    firm.file = data
    return answers


def _remember(county: SimulatedCounty, answers: list[ChargeAnswer], how: str) -> None:
    for answer in answers:
        county.done[f"{how}: {'duplicate' if answer.duplicate else answer.outcome}"] += 1
        for finding in answer.findings:
            county.done[f"reason: {finding.code}"] += 1
        if answer.duplicate or answer.id is None:
            continue
        if answer.outcome == "accepted":
            county.recent.append(answer.id)
        elif answer.outcome == "on_hold" or [finding.code for finding in answer.findings] == ["too_late"]:
            county.held.append(answer.id)


def withdraw(county: SimulatedCounty, key: int) -> None:
    """Withdraw a charge, as its provider."""
    answer = withdraw_charge(county.session, key, actor=county.firms[0].biller, now=county.at(13))
    result = answer.code if isinstance(answer, Refusal) else answer.state
    county.done[f"withdraw: {result}"] += 1


def answer_charge(county: SimulatedCounty, key: int) -> None:
    """Confirm or dispute a charge, as its client."""
    charge = charge_by_id(county.session, key)
    if charge is None or charge.state not in ANSWERABLE:  # one that was refused meanwhile is not shown
        return
    client = next(grant.client for grant in county.grants if grant.funding_id == charge.funding_id)
    if county.chance(0.5):
        not_refused(confirm_charge(county.session, charge=charge, actor=client, now=county.at(13)))
        county.done["confirm"] += 1
        return
    why = "Kukaan ei käynyt"
    not_refused(dispute_charge(county.session, charge=charge, why=why, actor=client, now=county.at(13)))
    after = county.session.scalar(select(Charge.status).where(Charge.id == key))
    if after == "on_hold":
        county.held.append(key)
    county.done[f"dispute: {charge.state} to {after}"] += 1


def correct(county: SimulatedCounty, key: int) -> None:
    """Correct a charge or a correction by part of its price or by all of it, before or after settlement."""
    price = None if county.chance(0.4) else Money(county.random.choice((1, 500, 3333)))
    wish = CorrectionWish(f"K-{county.done['correct']}", CorrectionReason.AGREED, None, price)
    county.done["correct"] += 1
    answer = correct_charge(county.session, key, wish=wish, actor=county.firms[0].biller, now=county.at(14))
    result = answer.code if isinstance(answer, Refusal) else answer.outcome
    if isinstance(answer, ChargeAnswer) and answer.id is not None and answer.outcome == "accepted":
        county.recent.append(answer.id)
    county.done[f"correct: {result}"] += 1


def next_day(county: SimulatedCounty) -> None:
    """Move the county's clock on by one day."""
    county.today += timedelta(days=1)
