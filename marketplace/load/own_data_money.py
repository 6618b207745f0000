"""A client's own data: decisions, vouchers, money, and the charges for visits."""

from __future__ import annotations

from typing import Final

from clearing.ledger.rules.postings import Account, Event
from clearing.reasons import REASONS
from foundation.vocabulary.dispute_labels import ACTS, CLAIMS
from foundation.vocabulary.labels import (
    CHARGE_STATES,
    CHARGE_STATES_FOR_CLIENT,
    FUNDING_KINDS,
    FUNDING_STATES_FOR_CLIENT,
    N_,
    PERIODS,
)
from marketplace.labels import CHARGE_TITLES
from marketplace.rules.own_data import DataField as F
from marketplace.rules.own_data import DataKind, Form

PARTIES: Final = {
    "client": N_("You or your helper"),
    "provider": N_("The provider"),
    "county": N_("The county"),
}
DECISION_STATES: Final = {
    "in_force": N_("In force"),
    "appealed": N_("You have appealed"),
    "annulled": N_("Annulled"),
}
STATES_OF_VOUCHER: Final = {
    code or "": label.text for code, label in FUNDING_STATES_FOR_CLIENT.items() if code is not None
}
STATES_OF_CHARGE: Final = {
    code: CHARGE_STATES_FOR_CLIENT.get(code, label).text for code, label in CHARGE_STATES.items()
}
REASON_TITLES: Final = {code: CHARGE_TITLES.get(code) or reason.title for code, reason in REASONS.items()}
VOUCHER: Final = F("voucher", N_("Voucher"))
FIRST_DAY, LAST_DAY = F("first_day", N_("First day"), Form.DAY), F("last_day", N_("Last day"), Form.DAY)

EVENTS: Final = {
    "grant": N_("The county gave money"),
    "top_up": N_("The county added money"),
    "hold": N_("Money was booked"),
    "release": N_("Booked money became free"),
    "charge": N_("A visit was charged"),
    "withdraw": N_("A charge was taken back"),
    "settle": N_("Goes to the provider"),
    "correct": N_("A charge was corrected"),
    "expire": N_("The voucher ended"),
    "move": N_("You moved money"),
    "reduce": N_("The county took money away"),
    "open": N_("Used in the earlier system"),
}
ACCOUNTS: Final = {
    "appropriation": N_("The county"),
    "free": N_("Free"),
    "held": N_("Booked"),
    "charged": N_("Charged"),
    "payable": N_("The provider"),
    "recovery": N_("The provider"),
    "earlier_system": N_("The earlier system"),
}
_NAMES_OF_EVENTS: Final = f"ARRAY{[event.name.lower() for event in Event]}"
_NAMES_OF_ACCOUNTS: Final = f"ARRAY{[account.name.lower() for account in Account]}"

DECISIONS: Final = DataKind(
    "decisions",
    N_("Decisions"),
    """SELECT d.number, d.version, d.decided_on, d.decided_by, d.legal_basis, d.received_at,
        d.document #- '{client,identity_hash}'
    FROM grant_decision d WHERE d.client_id = :client ORDER BY d.number, d.version""",
    (
        F("number", N_("Number of the decision")),
        F("version", N_("Version"), Form.NUMBER),
        F("decided_on", N_("Decided"), Form.DAY),
        F("decided_by", N_("Who decided")),
        F("legal_basis", N_("Legal basis")),
        F("received_at", N_("Came to Omatori"), Form.MOMENT),
        F("document", N_("The whole decision"), Form.DOCUMENT),
    ),
)
DECISION_CHANGES: Final = DataKind(
    "decision_states",
    N_("What happened to your decisions"),
    """SELECT s.number, s.state, s.from_day FROM decision_state s WHERE EXISTS (SELECT FROM grant_decision d
        WHERE d.county_id = s.county_id AND d.number = s.number AND d.client_id = :client) ORDER BY s.id""",
    (
        F("number", N_("Number of the decision")),
        F("state", N_("Status"), Form.CODE, DECISION_STATES),
        FIRST_DAY,
    ),
)
BUDGETS: Final = DataKind(
    "personal_budgets",
    N_("Personal budgets"),
    """SELECT b.decision_number, b.amount_cents, lower(b.valid), upper(b.valid) - 1, b.may_move_up_to_cents
    FROM personal_budget b WHERE b.client_id = :client ORDER BY b.id""",
    (
        F("decision", N_("Number of the decision")),
        F("amount", N_("Amount"), Form.MONEY),
        FIRST_DAY,
        LAST_DAY,
        F("may_move_up_to", N_("You may move at most"), Form.MONEY),
    ),
)
FUNDINGS: Final = DataKind(
    "vouchers",
    N_("Vouchers"),
    """SELECT f.voucher, f.kind, f.decision_number, (SELECT array_agg(s.code ORDER BY s.code)
            FROM funding_service l JOIN service s ON s.id = l.service_id WHERE l.funding_id = f.id),
        p.name, lower(f.valid), upper(f.valid) - 1, b.granted_cents, b.free_cents, b.held_cents,
        b.charged_cents, b.settled_cents, b.returned_cents, b.granted_hundredths, b.free_hundredths,
        b.held_hundredths, b.charged_hundredths, b.settled_hundredths, b.returned_hundredths
    FROM funding f LEFT JOIN balance b ON b.funding_id = f.id LEFT JOIN provider p ON p.id = f.provider_id
    WHERE f.client_id = :client ORDER BY f.id""",
    (
        VOUCHER,
        F("kind", N_("Kind"), Form.CODE, FUNDING_KINDS),
        F("decision", N_("Number of the decision")),
        F("services", N_("Services"), Form.SERVICE),
        F("provider", N_("Provider")),
        FIRST_DAY,
        LAST_DAY,
        F("granted", N_("Granted"), Form.MONEY),
        F("free", N_("Free"), Form.MONEY),
        F("held", N_("Booked"), Form.MONEY),
        F("charged", N_("Charged"), Form.MONEY),
        F("settled", N_("Paid"), Form.MONEY),
        F("returned", N_("Went back"), Form.MONEY),
        F("granted_units", N_("Granted in units"), Form.QUANTITY),
        F("free_units", N_("Free in units"), Form.QUANTITY),
        F("held_units", N_("Booked in units"), Form.QUANTITY),
        F("charged_units", N_("Charged in units"), Form.QUANTITY),
        F("settled_units", N_("Paid in units"), Form.QUANTITY),
        F("returned_units", N_("Went back in units"), Form.QUANTITY),
    ),
)
TERMS: Final = DataKind(
    "voucher_terms",
    N_("What your vouchers pay for"),
    """SELECT f.voucher, t.from_day, t.amount_cents, t.quantity_hundredths, t.period, t.period_amount_cents,
        t.period_quantity_hundredths, t.free_of_charge, t.income_basis, t.unit_values, t.price_caps
    FROM funding_terms t JOIN funding f ON f.id = t.funding_id WHERE f.client_id = :client ORDER BY t.id""",
    (
        VOUCHER,
        FIRST_DAY,
        F("amount", N_("Amount"), Form.MONEY),
        F("quantity", N_("Quantity"), Form.QUANTITY),
        F("period", N_("Limit"), Form.CODE, PERIODS),
        F("period_amount", N_("Limit in euros"), Form.MONEY),
        F("period_quantity", N_("Limit in units"), Form.QUANTITY),
        F("free_of_charge", N_("Free of charge for you"), Form.YES_NO),
        F("income_basis", N_("Your income in the decision"), Form.DOCUMENT),
        F("unit_values", N_("What the county pays"), Form.DOCUMENT),
        F("price_caps", N_("The highest price"), Form.DOCUMENT),
    ),
)
STATES: Final = DataKind(
    "voucher_states",
    N_("What happened to your vouchers"),
    """SELECT f.voucher, s.state, s.from_day, s.why, s.set_at FROM funding_state s
    JOIN funding f ON f.id = s.funding_id WHERE f.client_id = :client ORDER BY s.id""",
    (
        VOUCHER,
        F("state", N_("Status"), Form.CODE, STATES_OF_VOUCHER),
        FIRST_DAY,
        F("why", N_("Why")),
        F("set_at", N_("Made"), Form.MOMENT),
    ),
)
CHARGES: Final = DataKind(
    "charges",
    N_("Charges for your visits"),
    """SELECT c.id, c.service_day, p.name, s.code, f.voucher, c.starts_at, c.ends_at, c.quantity_hundredths,
        c.unit_price_cents, c.price_cents, c.county_pays_cents, c.co_payment_cents,
        CASE WHEN c.state = 'accepted' AND EXISTS (SELECT FROM settled_charge l WHERE l.charge_id = c.id)
            THEN 'settled' ELSE c.state END,
        (SELECT array_agg(r.code ORDER BY r.position) FROM charge_reason r WHERE r.charge_id = c.id),
        c.worker, c.received_at, c.corrects_id, c.sent
    FROM charge c JOIN funding f ON f.id = coalesce(c.funding_id, c.unchosen_funding_id)
    LEFT JOIN provider p ON p.id = c.provider_id LEFT JOIN service s ON s.id = c.service_id
    WHERE f.client_id = :client ORDER BY c.id""",
    (
        F("id", N_("Number of the charge"), Form.NUMBER),
        F("service_day", N_("Day"), Form.DAY),
        F("provider", N_("Provider")),
        F("service", N_("Service"), Form.SERVICE),
        VOUCHER,
        F("starts_at", N_("Began"), Form.MOMENT),
        F("ends_at", N_("Ended"), Form.MOMENT),
        F("quantity", N_("Quantity"), Form.QUANTITY),
        F("unit_price", N_("Unit price"), Form.MONEY),
        F("price", N_("Price"), Form.MONEY),
        F("county_pays", N_("The county pays"), Form.MONEY),
        F("you_pay", N_("You pay"), Form.MONEY),
        F("state", N_("Status"), Form.CODE, STATES_OF_CHARGE),
        F("reasons", N_("Reasons"), Form.CODE, REASON_TITLES),
        F("worker", N_("Who helped")),
        F("received_at", N_("Came to Omatori"), Form.MOMENT),
        F("corrects", N_("Corrects the charge"), Form.NUMBER),
        F("sent", N_("What the provider sent"), Form.DOCUMENT),
    ),
)
ANSWERS: Final = DataKind(
    "charge_answers",
    N_("Your answers to charges"),
    """SELECT a.charge_id, a.answer, a.why, a.answered_at
    FROM charge_answer a JOIN charge c ON c.id = a.charge_id
    JOIN funding f ON f.id = c.funding_id WHERE f.client_id = :client ORDER BY a.id""",
    (
        F("charge", N_("Number of the charge"), Form.NUMBER),
        F("answer", N_("The answer"), Form.CODE, {"confirmed": N_("Right"), "disputed": N_("Not right")}),
        F("why", N_("Why")),
        F("answered_at", N_("Time"), Form.MOMENT),
    ),
)
DISPUTES: Final = DataKind(
    "disputes",
    N_("When a charge was not right"),
    """SELECT c.id, e.written_at, e.party, e.act, e.claim, e.quantity_hundredths, e.words, d.answer_by
    FROM dispute_entry e JOIN dispute d ON d.id = e.dispute_id JOIN charge c ON c.id = d.charge_id
    JOIN funding f ON f.id = c.funding_id WHERE f.client_id = :client ORDER BY d.id, e.number""",
    (
        F("charge", N_("Number of the charge"), Form.NUMBER),
        F("written_at", N_("Time"), Form.MOMENT),
        F("party", N_("Who wrote"), Form.CODE, PARTIES),
        F("act", N_("What was done"), Form.CODE, ACTS),
        F("claim", N_("What was not right"), Form.CODE, CLAIMS),
        F("quantity", N_("Quantity"), Form.QUANTITY),
        F("words", N_("What was written")),
        F("answer_by", N_("Answer by"), Form.DAY),
    ),
)
POSTINGS: Final = DataKind(
    "postings",
    N_("How your money moved"),
    f"""SELECT g.at, f.voucher, ({_NAMES_OF_EVENTS})[g.event + 1], ({_NAMES_OF_ACCOUNTS})[g.from_account + 1],
        ({_NAMES_OF_ACCOUNTS})[g.to_account + 1], g.amount_cents, g.quantity_hundredths, g.charge_id
    FROM posting g JOIN funding f ON f.id = coalesce(g.funding_id, g.unchosen_funding_id)
    WHERE f.client_id = :client ORDER BY g.id""",  # noqa: S608
    (
        F("at", N_("Time"), Form.MOMENT),
        VOUCHER,
        F("event", N_("What happened"), Form.CODE, EVENTS),
        F("from_account", N_("Money came from"), Form.CODE, ACCOUNTS),
        F("to_account", N_("Money went to"), Form.CODE, ACCOUNTS),
        F("amount", N_("Amount"), Form.MONEY),
        F("quantity", N_("Quantity"), Form.QUANTITY),
        F("charge", N_("Number of the charge"), Form.NUMBER),
    ),
)
MONEY_KINDS: Final = (DECISIONS, DECISION_CHANGES, BUDGETS, FUNDINGS, TERMS, STATES)
CHARGE_KINDS: Final = (CHARGES, ANSWERS, DISPUTES, POSTINGS)
