"""Co-payments: invoices of own shares by providers to clients, their lines, and what was paid of them.

The downgrade refuses while there is an invoice: what was sent cannot be made again. It ends the keys that have a
scope of invoices.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0127"
down_revision = "0126"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
BY_PROVIDER = "provider_id = (SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
BY_CLIENT = (
    "client_id = ANY ((SELECT nullif(current_setting('omatori.clients', true), '')::bigint[])::bigint[])"
)
OF_INVOICE = "EXISTS (SELECT FROM co_payment_invoice i WHERE i.id = {}.invoice_id)"
POLICIES = {
    "co_payment_book": BY_PROVIDER,
    "co_payment_invoice": f"{BY_PROVIDER} OR {BY_CLIENT}",
    "co_payment_line": OF_INVOICE.format("co_payment_line"),
    "co_payment_receipt": OF_INVOICE.format("co_payment_receipt"),
}
MOMENT, BIG, SMALL = sa.DateTime(timezone=True), sa.BigInteger(), sa.SmallInteger()
LINE = """
CREATE FUNCTION check_co_payment_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoiced bigint;
  own bigint;
BEGIN
  SELECT c.co_payment_cents INTO own FROM charge c
    JOIN funding f ON f.id = c.funding_id
    JOIN co_payment_invoice i ON i.id = NEW.invoice_id
    WHERE c.id = NEW.charge_id AND c.corrects_id IS NULL AND c.provider_id = i.provider_id
      AND f.client_id = i.client_id AND f.county_id = i.county_id;
  SELECT sum(l.cents) INTO invoiced FROM co_payment_line l WHERE l.charge_id = NEW.charge_id;
  IF own IS NULL OR invoiced < 0 OR invoiced > own THEN
    RAISE EXCEPTION 'charge % cannot be invoiced by %', NEW.charge_id, NEW.cents
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""

SUM = """
CREATE FUNCTION check_co_payment_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoice co_payment_invoice;
BEGIN
  IF TG_TABLE_NAME = 'co_payment_invoice' THEN
    SELECT * INTO invoice FROM co_payment_invoice WHERE id = NEW.id;
  ELSE
    SELECT * INTO invoice FROM co_payment_invoice WHERE id = NEW.invoice_id;
  END IF;
  IF invoice.sum_cents IS DISTINCT FROM (SELECT sum(cents) FROM co_payment_line WHERE invoice_id = invoice.id)
  THEN
    RAISE EXCEPTION 'invoice % is not the sum of its lines', invoice.id USING ERRCODE = 'check_violation';
  END IF;
  IF invoice.credits_id IS NOT NULL AND NOT EXISTS (SELECT FROM co_payment_invoice o
    WHERE o.id = invoice.credits_id AND o.provider_id = invoice.provider_id
      AND o.client_id = invoice.client_id AND o.credits_id IS NULL)
  THEN
    RAISE EXCEPTION 'invoice % credits another''s', invoice.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$
"""

RECEIPT = """
CREATE FUNCTION keep_co_payment_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL
    OR (to_jsonb(NEW) - '{undone_at,undone_by}'::text[]) <> (to_jsonb(OLD) - '{undone_at,undone_by}'::text[])
  THEN
    RAISE EXCEPTION 'receipt % does not change', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$
"""
TRIGGERS = (
    "own_share AFTER INSERT ON co_payment_line FOR EACH ROW EXECUTE FUNCTION check_co_payment_line()",
    "kept BEFORE UPDATE OR DELETE ON co_payment_receipt FOR EACH ROW EXECUTE FUNCTION keep_co_payment_receipt()",
    *(
        f"append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("co_payment_invoice", "co_payment_line")
    ),
)
SUMS = "sum_of_lines AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_co_payment_sum()"


SCOPES = (
    *("charges:read", "charges:send", "settlements:read", "offerings:read", "offerings:write", "visits:read"),
    *("visits:write", "cards:read", "messages:read", "messages:write", "disputes:read", "disputes:write"),
    *("feedback:read", "feedback:write", "questions:read", "questions:write", "people:manage"),
    *("webhooks:manage", "own:read", "own:write", "cases:read", "cases:write", "providers:read"),
    *("approvals:write", "payments:read", "payments:write"),
)
NEW_SCOPES = ("invoices:read", "invoices:write")


def upgrade() -> None:
    """Add the tables, with what they refuse, and two scopes of keys."""
    _scopes((*SCOPES, *NEW_SCOPES))
    _book()
    _invoices()
    _lines()
    _receipts()
    for function in (LINE, SUM, RECEIPT):
        op.execute(function)
    for trigger in TRIGGERS:
        op.execute(f"CREATE TRIGGER {trigger}")
    for table in ("co_payment_invoice", "co_payment_line"):
        op.execute(f"CREATE CONSTRAINT TRIGGER {SUMS.format(table)}")
    op.execute(f"REVOKE UPDATE, DELETE ON co_payment_invoice, co_payment_line FROM {ROLE}")
    for table, condition in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY context ON {table} TO {ROLE} USING ({condition})")


def _scopes(scopes: tuple[str, ...]) -> None:
    listed = ", ".join(map(repr, scopes))
    op.drop_constraint(op.f("ck_api_key_scopes"), "api_key")
    condition = f"scopes <@ ARRAY[{listed}] AND cardinality(scopes) > 0"
    op.create_check_constraint(op.f("ck_api_key_scopes"), "api_key", condition)


def _references(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def _checks(table: str, **checks: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(check, name=op.f(f"ck_{table}_{name}")) for name, check in checks.items()]


def _columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def _key() -> sa.Column[int]:
    return sa.Column("id", BIG, sa.Identity(always=False), nullable=False)


def _book() -> None:
    table = "co_payment_book"
    op.create_table(
        table,
        *_columns(BIG, "provider_id"),
        *_columns(sa.Integer(), "last_number"),
        *_checks(table, number="last_number >= 0"),
        *_references(table, provider_id="provider"),
        sa.PrimaryKeyConstraint("provider_id", name=op.f(f"pk_{table}")),
    )


def _invoices() -> None:
    table = "co_payment_invoice"
    op.create_table(
        table,
        _key(),
        *_columns(SMALL, "county_id"),
        *_columns(BIG, "provider_id", "client_id"),
        *_columns(sa.Integer(), "number"),
        *_columns(sa.Date(), "month"),
        *_columns(BIG, "sum_cents"),
        *_columns(BIG, "credits_id", nullable=True),
        *_columns(sa.Text(), "reference", nullable=True),
        *_columns(sa.Date(), "made_on"),
        *_columns(MOMENT, "made_at"),
        *_columns(BIG, "made_by", nullable=True),
        *_columns(sa.Date(), "due_on", nullable=True),
        *_columns(sa.Text(), "payee_name", "payee_business_id", "payee_phone", "payee_email", "iban", "bic"),
        *_checks(
            table,
            sign="CASE WHEN credits_id IS NULL THEN sum_cents > 0 ELSE sum_cents < 0 END",
            due="(credits_id IS NULL) = (due_on IS NOT NULL)",
            reference="(credits_id IS NULL) = (reference IS NOT NULL)",
            due_later="due_on >= made_on",
            month="month = date_trunc('month', month)",
        ),
        *_references(
            table,
            county_id="county",
            provider_id="provider",
            client_id="client",
            credits_id="co_payment_invoice",
            made_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("provider_id", "number", name=op.f(f"uq_{table}_provider_id_number")),
        sa.UniqueConstraint("provider_id", "reference", name=op.f(f"uq_{table}_provider_id_reference")),
    )
    op.create_index(f"ix_{table}_client_id", table, ["client_id"])
    op.create_index(f"ix_{table}_credits_id", table, ["credits_id"])


def _lines() -> None:
    table = "co_payment_line"
    op.create_table(
        table,
        *_columns(BIG, "invoice_id", "charge_id"),
        *_columns(SMALL, "turn"),
        *_columns(BIG, "cents", "quantity_hundredths"),
        *_columns(SMALL, "vat_percent_hundredths"),
        *_checks(table, money="cents <> 0 AND turn > 0"),
        *_references(table, invoice_id="co_payment_invoice", charge_id="charge"),
        sa.PrimaryKeyConstraint("invoice_id", "charge_id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("charge_id", "turn", name=op.f(f"uq_{table}_charge_id_turn")),
    )


def _receipts() -> None:
    table = "co_payment_receipt"
    op.create_table(
        table,
        _key(),
        *_columns(BIG, "invoice_id", "cents"),
        *_columns(sa.Date(), "paid_on"),
        *_columns(sa.Text(), "way"),
        *_columns(MOMENT, "marked_at"),
        *_columns(BIG, "marked_by", nullable=True),
        *_columns(MOMENT, "undone_at", nullable=True),
        *_columns(BIG, "undone_by", nullable=True),
        *_checks(
            table,
            positive="cents > 0",
            way="way IN ('bank', 'cash', 'stripe')",
            undone="(undone_at IS NULL) = (undone_by IS NULL)",
            stripe_stays="way <> 'stripe' OR undone_at IS NULL",
        ),
        *_references(table, invoice_id="co_payment_invoice", marked_by="person", undone_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_invoice_id", table, ["invoice_id"])


def downgrade() -> None:
    """Drop them, if nobody has been invoiced."""
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM co_payment_invoice) THEN "
        "RAISE EXCEPTION 'there are invoices of co-payments'; END IF; END $$"
    )
    for table in reversed(POLICIES):
        op.drop_table(table)
    for function in ("check_co_payment_line", "check_co_payment_sum", "keep_co_payment_receipt"):
        op.execute(f"DROP FUNCTION {function}()")
    new = ", ".join(map(repr, NEW_SCOPES))
    op.execute(
        f"UPDATE api_key SET revoked_at = now() WHERE revoked_at IS NULL AND scopes && ARRAY[{new}]"  # noqa: S608
    )
    op.execute(
        "UPDATE api_key SET scopes = CASE WHEN cardinality(left_over) > 0 THEN left_over ELSE '{charges:read}' END"  # noqa: S608
        f" FROM (SELECT id AS of, ARRAY(SELECT s FROM unnest(scopes) s WHERE s <> ALL (ARRAY[{new}])) AS left_over"
        f" FROM api_key WHERE scopes && ARRAY[{new}]) k WHERE k.of = api_key.id"
    )
    _scopes(SCOPES)
