"""A county that is large enough to measure, inserted in bulk: every funding has chosen the same provider.

Every choice has the same plan of visits: two hours on the evening of each weekday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from clearing.plans.actions.plan_again import plan_next

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SERVICE = "PERSONAL_ASSISTANCE"
GRANTED_CENTS = 1_000_000

_GROUND = """
INSERT INTO county (id, code, name_fi, name_sv, name_en, business_id, phone, late_days, message_months, iban,
  bic)
  VALUES (12, '12', 'M', 'M', 'M', '3221317-3', '0', 60, 24, 'FI2112345600000785', 'NDEAFIHH');
INSERT INTO municipality VALUES ('491', 12, 'Mikkeli', 'S:t Michel', 61.7, 27.3);
INSERT INTO time_class VALUES (0, 'any', 'a', 'a', 'a'), (1, 'weekday', 'w', 'w', 'w'), (2, 'evening', 'e',
'e', 'e'), (3, 'night', 'n', 'n', 'n'), (4, 'saturday', 's', 's', 's'), (5, 'sunday_or_holiday', 's', 's',
's'); INSERT INTO calendar_range (county_id, day_kind, from_minute, to_minute, time_class_id) VALUES
  (12, 'weekday', 0, 420, 3), (12, 'weekday', 420, 1080, 1), (12, 'weekday', 1080, 1320, 2),
  (12, 'weekday', 1320, 1440, 3), (12, 'saturday', 0, 1440, 4), (12, 'sunday_or_holiday', 0, 1440, 5);
INSERT INTO service (id, code, unit, vat_kind, vat_exemption, free_of_charge, name_fi, name_sv, name_en,
about_fi, about_sv, about_en, about_selko)
  VALUES (1, 'PERSONAL_ASSISTANCE', 'hour', 'exempt', 'social_welfare', true, 'h', 'h', 'h',
'', '', '', ''); INSERT INTO cost_centre (county_id, code, name_fi, name_sv, name_en, appropriation_cents)
  VALUES (12, '4410', 'v', 'v', 'v', 100000000000);
INSERT INTO provider (business_id, name, about, email, phone, website, first_visit)
  VALUES ('1234567-1', 'Mitta Oy', '', 'm@example.invalid', '0', '', '');
INSERT INTO provider_paper (provider_id, kind, valid)
  SELECT 1, kind, '[2024-01-01,)' FROM unnest(ARRAY['register_entry', 'insurance', 'prepayment_register'])
  AS k (kind); INSERT INTO person (id, name, language, about, is_demo)
  VALUES (1000, 'Confirmer', 'fi', '', false);
INSERT INTO bank_account (provider_id, iban, bic, entered_at, confirmed_at, confirmed_by)
  VALUES (1, 'FI1410093000123458', 'NDEAFIHH', '2025-01-01', '2025-01-04', 1000);
INSERT INTO approval (county_id, provider_id, service_id) VALUES (12, 1, 1);
INSERT INTO approval_state (approval_id, state, from_day, why, set_at)
  VALUES (1, 'approved', '2025-01-01', '', '2025-01-01');
INSERT INTO offering (provider_id, county_id, service_id, title, about, unit, languages, municipalities,
remote, cancel_notice_hours, cancel_share_percent, published, version)
  VALUES (1, 12, 1, 'M', '', 'hour', '{fi}', '{491}', false, 24, 0, true, 1);
INSERT INTO price (offering_id, time_class_id, unit_price_cents, valid, version)
  VALUES (1, 0, 3600, '[2026-01-01,)', 1);
"""

_FUNDINGS = """
INSERT INTO client (county_id, number, name, municipality_code, language, protected_address)
  SELECT 12, 'C-' || n, 'Asiakas ' || n, '491', 'fi', false FROM generate_series(1, :n) n;
INSERT INTO grant_decision (county_id, number, version, client_id, decided_on, decided_by, legal_basis,
cost_centre_id, document, received_at)
  SELECT 12, 'D/' || id, 1, id, '2026-01-01', 'v', 'l', 1, '{}', '2026-01-01' FROM client;
INSERT INTO decision_state (county_id, number, state, from_day)
  SELECT 12, 'D/' || id, 'in_force', '2026-01-01' FROM client;
INSERT INTO funding (county_id, client_id, voucher, decision_number, external_id, cost_centre_id, kind, valid)
  SELECT 12, id, 'V' || lpad(id::text, 12, '0'), 'D/' || id, '1', 1, 'voucher', '[2026-01-01,2027-01-01)'
  FROM client; INSERT INTO funding_service SELECT id, 1 FROM funding;
INSERT INTO funding_terms (funding_id, from_day, amount_cents, unit_values, price_caps, carry,
free_of_charge, overrun) SELECT id, '2026-01-01', :granted, '{"PERSONAL_ASSISTANCE": {"any": 3600}}', '{}',
'none', false, 'refuse' FROM funding;
INSERT INTO funding_state (funding_id, state, from_day, why, set_at)
  SELECT id, 'open', '2026-01-01', '', '2026-01-01' FROM funding;
INSERT INTO choice (county_id, funding_id, offering_id, provider_id, starts_on, quantity_per_week_hundredths,
    held_cents, planned_cents, made_at)
  SELECT 12, id, 1, 1, '2026-01-01', 1000, 0, 0, '2026-01-01' FROM funding;
INSERT INTO plan_pattern (choice_id, number, funding_id, county_id, kind, weekdays, start_minute,
length_minutes, every_weeks, first_day)
  SELECT id, 1, funding_id, 12, 'timed', 31, 1020, 120, 1, '2026-01-01' FROM choice;
INSERT INTO balance (funding_id, granted_cents, free_cents, held_cents, charged_cents, settled_cents,
returned_cents) SELECT id, :granted, :granted, 0, 0, 0, 0 FROM funding;
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
cost_centre_id, funding_id)
  SELECT nextval('posting_transaction'), 12, '2026-01-01', 0, 0, 1, :granted, 1, id FROM funding;
"""

# Every choice after the first holds what the first does.
_HOLDS = """
UPDATE choice SET held_cents = first.held_cents, planned_cents = first.planned_cents,
  lasts_until = first.lasts_until, stopped_by = first.stopped_by, own_unit_cents = first.own_unit_cents
  FROM choice first WHERE first.id = 1 AND choice.id > 1;
UPDATE balance SET free_cents = first.free_cents, held_cents = first.held_cents
  FROM balance first WHERE first.funding_id = 1 AND balance.funding_id > 1;
INSERT INTO posting (transaction_id, county_id, at, event, from_account, to_account, amount_cents,
funding_id, choice_id)
  SELECT nextval('posting_transaction'), 12, '2026-01-01', 2, 1, 2, held_cents, funding_id, id
  FROM choice WHERE id > 1;
"""


@dataclass(frozen=True, slots=True)
class BenchCounty:
    """The county that the measurements send charges to."""

    engine: Engine
    fundings: int

    @property
    def url(self) -> str:
        """The address of the database, for other processes."""
        return self.engine.url.render_as_string(hide_password=False)

    def charge(self, number: int) -> dict[str, object]:
        """Return a charge of one hour; no two share a funding and an hour, so that all are accepted."""
        funding = 1 + number % self.fundings
        turn = number // self.fundings
        day, hour = 1 + turn // 12 % 20, 7 + turn % 12
        return {
            "reference": f"B-{number}",
            "voucher": f"V{funding:012d}",
            "service": SERVICE,
            "service_day": f"2026-{10 + turn // 240 % 2}-{day:02d}",
            "start": f"{hour:02d}:00",
            "end": f"{hour + 1:02d}:00",
            "quantity": "1.00",
            "unit": "hour",
            "unit_price": "36.00",
        }


def build_county(engine: Engine, fundings: int) -> BenchCounty:
    """Insert a county with `fundings` vouchers of 10 000 €, about half of each held for its only provider.

    The first plan is priced and held by the action, as every night, and the others hold the same.
    """
    _run(engine, _GROUND + _FUNDINGS, {"n": fundings, "granted": GRANTED_CENTS})
    with Session(engine) as session:
        plan_next(session, after=0, most=1, now=NOW)
        session.commit()
    _run(engine, _HOLDS, {})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return BenchCounty(engine, fundings)


def _run(engine: Engine, statements: str, amounts: dict[str, int]) -> None:
    with engine.begin() as connection:
        for statement in statements.split(";\n"):
            if statement.strip():
                used = {name: value for name, value in amounts.items() if f":{name}" in statement}
                connection.execute(text(statement.replace('"any": 3600', '"any"\\: 3600')), used)
