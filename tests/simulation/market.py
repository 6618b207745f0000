"""What clients and providers do in a day: choices, prices, visits, charges right and wrong, answers."""

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
from marketplace.rules.planning import Wish
from provider_portal.actions.take_in_file import SentFile, take_in_file
from tests.builders.settlement import change_account
from tests.simulation.town import UNITS, Firm, Grant, Town

VISITS = 0.35
AGAINST_THE_RULES = 0.2
REMEMBERED = 4000
SENDING_DAYS = 3
"""A firm sends what is due on each third day, and now and then on another."""
ONE_BY_ONE, IN_A_FILE = 0.15, 0.4
"""Shares of what a firm sends in a day; the rest are batches."""
Sent = dict[str, str]
WRONG = (
    ("unit_price", "99.00"),
    ("voucher", "EIOLE00000000000"),
    ("service_day", "2199-01-01"),
    ("quantity", "0"),
    ("unit", "km"),
    ("service", "HOME_CARE"),
    ("service_day", "2024-02-29"),
    ("reference", "ei kelpaa"),
)
"""Slips of a provider: a field and what stands there instead."""


def live(town: Town) -> None:
    """Choices, prices and accounts, then visits, charges, and what is said of them."""
    living = town.living()
    for grant in living:
        eager = 0.02 if grant.choices or grant.refusals > 3 else 0.3
        if not grant.paused and len(grant.choices) < 2 and town.chance(eager):
            choose(town, grant)
    for _ in town.often(0.02, len(living)):
        leave(town, town.random.choice(living))
    for _ in town.often(0.03, len(town.firms)):
        publish(town, town.random.choice(town.firms))
    for _ in town.often(0.01, len(town.firms)):
        firm = town.random.choice(town.firms)
        change_account(town.session, firm.id, entered_at=town.at(9), confirmed=town.chance(0.8))
        town.done["account changed"] += 1
    visit(town)
    for place, firm in enumerate(town.firms):
        if (town.today.toordinal() + place) % SENDING_DAYS == 0 or town.chance(0.1):
            send(town, firm)
    del town.recent[:-REMEMBERED]
    for act, rate, newest in ((take_back, 0.02, 20), (say, 0.05, 200), (correct, 0.03, REMEMBERED)):
        for _ in town.often(rate, min(len(town.recent), len(living))):
            act(town, town.random.choice(town.recent[-newest:]))


def choose(town: Town, grant: Grant) -> None:
    """Choose a provider, or change from one to another."""
    firm = town.random.choice(town.firms)
    wish = Wish(town.today, None, None, Quantity(town.random.choice((100, 200, 300))))
    offering = firm.offerings[grant.service]
    old = next(iter(grant.choices), None)
    if old is not None:
        choice = choice_by_id(town.session, old)
        assert choice is not None
        answer = change_choice(
            town.session, choice=choice, offering_id=offering, wish=wish, actor=grant.client, now=town.at(10)
        )
    else:
        answer = choose_offering(
            town.session, funding_id=grant.funding_id, offering_id=offering, wish=wish, actor=grant.client,
            now=town.at(10), only_once=True,
        )  # fmt: skip
    made = isinstance(answer, Chosen)
    if isinstance(answer, Chosen):
        grant.choices.pop(old or 0, None)
        grant.choices[answer.choice_id] = town.firms.index(firm)
    grant.refusals = 0 if made else grant.refusals + 1
    town.done[f"{'change' if old else 'choose'}: {'made' if made else 'not made'}"] += 1


def leave(town: Town, grant: Grant) -> None:
    """End the first choice."""
    if not grant.choices:
        return
    key = next(iter(grant.choices))
    choice = choice_by_id(town.session, key)
    assert choice is not None
    ended = not_refused(end_choice(town.session, choice=choice, actor=grant.client, now=town.at(11)))
    del grant.choices[key]
    town.done[f"end choice: {'undone' if ended.undone else 'ended'}"] += 1


def publish(town: Town, firm: Firm) -> None:
    """Another price from today on."""
    service = town.random.choice(sorted(firm.offerings))
    price = firm.prices[service] + town.random.choice((-100, 50, 100))
    wanted = NewPrice(firm.offerings[service], "any", price, town.today)
    told = publish_price(town.session, provider_id=firm.id, price=wanted, actor=firm.biller, now=town.at(9))
    assert told is not None
    if isinstance(told, OwnPrice):
        firm.prices[service] = price
    town.done["publish price"] += 1


def visit(town: Town) -> None:
    """Whoever has chosen, or has a named provider, is visited now and then; it is charged some days later."""
    named = {firm.code: place for place, firm in enumerate(town.firms)}
    for grant in town.grants:
        provider = grant.document.fundings[0].provider
        places = [named[provider]] if provider else list(grant.choices.values())
        if not places or not town.chance(VISITS):
            continue
        firm = town.firms[town.random.choice(places)]
        ended = grant.over or grant.last_day < town.today
        if (ended or grant.paused or firm.suspended) and not town.chance(AGAINST_THE_RULES):
            continue
        firm.charges += 1
        sent = {
            "reference": f"{firm.id}-{firm.charges}",
            "voucher": grant.voucher,
            "service": grant.service,
            "service_day": town.today.isoformat(),
            "quantity": format_hundredths(town.random.choice((50, 100, 150, 200, 300))),
            "unit": UNITS[grant.service],
            "unit_price": format_hundredths(firm.prices[grant.service]),
        }
        delay = town.random.choice((1, 1, 2, 5, 12)) if town.chance(0.93) else 17
        firm.unsent.append((town.day(delay), sent))


def send(town: Town, firm: Firm) -> None:
    """Charge what is due, as a file, together or one by one; some rows wrong, some sent twice or before."""
    due = [sent for day, sent in firm.unsent if day <= town.today]
    firm.unsent = [one for one in firm.unsent if one[0] > town.today]
    rows = [_slipped(town, firm, sent) for sent in due]
    if firm.sent and town.chance(0.1):
        rows.append(town.random.choice(firm.sent[-30:]))
    if firm.sent and town.chance(0.03):
        rows.append(town.random.choice(firm.sent[-30:]) | {"quantity": "7.77"})
    if due and town.chance(0.1):
        rows.append(due[0] | {"reference": f"{due[0]['reference']}-b"})
    if not rows:
        return
    firm.sent = [*firm.sent[-60:], *rows]
    if town.chance(IN_A_FILE):
        _remember(town, _send_file(town, firm, rows), "file row")
        return
    batches = [[row] for row in rows] if town.chance(ONE_BY_ONE) else [rows]
    for batch in batches:
        answers = take_in_charges(
            town.session, provider_id=firm.id, sent=batch, actor=firm.biller, now=town.at(12)
        )
        _remember(town, answers, "charge" if len(batch) == 1 else "batch")


def _slipped(town: Town, firm: Firm, sent: Sent) -> Sent:
    """A wrong row, now and then; what was refused is put right and sent a day later."""
    if not town.chance(0.06):
        return sent
    firm.unsent.append((town.day(1), sent))
    field, value = town.random.choice(WRONG)
    return sent | {field: value}


def _send_file(town: Town, firm: Firm, rows: list[Sent]) -> list[ChargeAnswer]:
    header = list(rows[0])
    lines = [header, *(list(row.values()) for row in rows)]
    data = "\n".join(";".join(line) for line in lines).encode()
    answers: list[ChargeAnswer] = []
    for content in (data, firm.file) if firm.file and town.chance(0.1) else (data,):
        told = take_in_file(
            town.session,
            provider_id=firm.id,
            file=SentFile(content, "k.csv"),
            actor=firm.biller,
            now=town.at(12),
        )
        town.done["file again" if told.is_repeated else "file"] += 1
        if content is data:
            answers = [result.answer for result in told.results]
    firm.file = data
    return answers


def _remember(town: Town, answers: list[ChargeAnswer], how: str) -> None:
    for answer in answers:
        town.done[f"{how}: {'duplicate' if answer.duplicate else answer.outcome}"] += 1
        for told in answer.findings:
            town.done[f"told: {told.code}"] += 1
        if answer.duplicate or answer.id is None:
            continue
        if answer.outcome == "accepted":
            town.recent.append(answer.id)
        elif answer.outcome == "on_hold" or [told.code for told in answer.findings] == ["too_late"]:
            town.held.append(answer.id)


def take_back(town: Town, key: int) -> None:
    """The provider takes a charge back."""
    answer = withdraw_charge(town.session, key, actor=town.firms[0].biller, now=town.at(13))
    told = answer.code if isinstance(answer, Refusal) else answer.state
    town.done[f"withdraw: {told}"] += 1


def say(town: Town, key: int) -> None:
    """The client says that a charge is right, or that it is not."""
    charge = charge_by_id(town.session, key)
    assert charge is not None
    if charge.state not in ANSWERABLE:
        return
    client = next(grant.client for grant in town.grants if grant.funding_id == charge.funding_id)
    if town.chance(0.5):
        not_refused(confirm_charge(town.session, charge=charge, actor=client, now=town.at(13)))
        town.done["confirm"] += 1
        return
    why = "Kukaan ei käynyt"
    not_refused(dispute_charge(town.session, charge=charge, why=why, actor=client, now=town.at(13)))
    after = town.session.scalar(select(Charge.status).where(Charge.id == key))
    if after == "on_hold":
        town.held.append(key)
    town.done[f"dispute: {charge.state} to {after}"] += 1


def correct(town: Town, key: int) -> None:
    """Give back some of a charge or all that remains, before or after settlement; or of a correction."""
    price = None if town.chance(0.4) else Money(town.random.choice((1, 500, 3333)))
    wish = CorrectionWish(f"K-{town.done['correct']}", CorrectionReason.AGREED, None, price)
    town.done["correct"] += 1
    answer = correct_charge(town.session, key, wish=wish, actor=town.firms[0].biller, now=town.at(14))
    told = answer.code if isinstance(answer, Refusal) else answer.outcome
    if isinstance(answer, ChargeAnswer) and answer.id is not None and answer.outcome == "accepted":
        town.recent.append(answer.id)
    town.done[f"correct: {told}"] += 1


def tomorrow(town: Town) -> None:
    """The night passes."""
    town.today += timedelta(days=1)
