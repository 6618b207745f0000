"""Webhooks: addresses of providers' programs, and the deliveries that a trigger leaves with each change.

The downgrade drops them: nothing more is reported.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0132"
down_revision = "0130"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
BY_PROVIDER = "provider_id = (SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
TABLES = ("webhook", "webhook_delivery")
MOMENT, BIG, SMALL, TEXT = sa.DateTime(timezone=True), sa.BigInteger(), sa.SmallInteger(), sa.Text()
PREVIOUS = (
    "(previous_salt IS NULL) = (previous_until IS NULL)"
    " AND (previous_salt IS NULL) = (previous_key_version IS NULL)"
)
FUNCTION = """
CREATE FUNCTION report_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE kind text; subject bigint; provider bigint;
BEGIN
  IF TG_TABLE_NAME = 'payment_run' THEN
    INSERT INTO webhook_delivery (webhook_id, provider_id, event_id, type, subject_id, made_at, state, attempts)
    SELECT w.id, w.provider_id, e.event_id, 'settlement.approved', e.id, now(), 'waiting', 0
    FROM (SELECT gen_random_uuid() AS event_id, s.id, s.provider_id FROM settlement s WHERE s.run_id = NEW.id) e
    JOIN webhook w ON w.provider_id = e.provider_id
    WHERE w.state = 'on' AND 'settlement.approved' = ANY (w.events) ORDER BY e.id, w.id;
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'charge' THEN
    provider := NEW.provider_id; subject := NEW.id;
    kind := CASE
      WHEN TG_OP = 'INSERT' AND NEW.corrects_id IS NOT NULL THEN 'charge.corrected'
      WHEN TG_OP = 'INSERT' THEN 'charge.' || NEW.state
      WHEN NEW.state = 'accepted' THEN 'charge.admitted'
      ELSE 'charge.' || NEW.state END;
  ELSIF TG_TABLE_NAME = 'charge_file' THEN
    provider := NEW.provider_id; subject := NEW.id; kind := 'charge_file.finished';
  ELSIF TG_TABLE_NAME = 'payment' THEN
    provider := NEW.provider_id; subject := NEW.settlement_id;
    kind := CASE NEW.state WHEN 'sent' THEN 'settlement.sent' WHEN 'confirmed' THEN 'settlement.paid'
      WHEN 'returned' THEN 'settlement.returned' END;
  ELSIF TG_TABLE_NAME = 'choice' THEN
    provider := NEW.provider_id; subject := NEW.id;
    kind := CASE TG_OP WHEN 'INSERT' THEN 'choice.made' ELSE 'choice.ended' END;
  ELSE
    SELECT d.provider_id, d.charge_id INTO provider, subject FROM dispute d WHERE d.id = NEW.dispute_id;
    kind := CASE WHEN NEW.party = 'county' THEN 'dispute.decided' WHEN NEW.act = 'claim' THEN 'charge.disputed'
      ELSE 'dispute.answered' END;
  END IF;
  INSERT INTO webhook_delivery (webhook_id, provider_id, event_id, type, subject_id, made_at, state, attempts)
  SELECT w.id, w.provider_id, (SELECT gen_random_uuid()), kind, subject, now(), 'waiting', 0
  FROM webhook w WHERE w.provider_id = provider AND w.state = 'on' AND kind = ANY (w.events) ORDER BY w.id;
  RETURN NULL;
END $$
"""
TRIGGERS = (
    (
        "CREATE TRIGGER report_insert AFTER INSERT ON charge FOR EACH ROW WHEN (NEW.charge_file_id "
        "IS NULL) EXECUTE FUNCTION report_change()"
    ),
    (
        "CREATE TRIGGER report_state AFTER UPDATE OF state ON charge FOR EACH ROW WHEN (OLD.state "
        "IS DISTINCT FROM NEW.state) EXECUTE FUNCTION report_change()"
    ),
    (
        "CREATE TRIGGER report_finished AFTER UPDATE OF results ON charge_file FOR EACH ROW EXECUTE "
        "FUNCTION report_change()"
    ),
    (
        "CREATE TRIGGER report_approved AFTER UPDATE OF state ON payment_run FOR EACH ROW WHEN "
        "(OLD.state IS DISTINCT FROM NEW.state AND NEW.state = 'approved') EXECUTE FUNCTION "
        "report_change()"
    ),
    (
        "CREATE TRIGGER report_state AFTER UPDATE OF state ON payment FOR EACH ROW WHEN (OLD.state "
        "IS DISTINCT FROM NEW.state AND NEW.state <> 'prepared') EXECUTE FUNCTION report_change()"
    ),
    ("CREATE TRIGGER report_insert AFTER INSERT ON choice FOR EACH ROW EXECUTE FUNCTION report_change()"),
    (
        "CREATE TRIGGER report_end AFTER UPDATE OF ends_on, ended_at, withdrawn_at ON choice FOR "
        "EACH ROW WHEN (OLD.ends_on IS DISTINCT FROM NEW.ends_on OR OLD.ended_at IS DISTINCT FROM "
        "NEW.ended_at OR OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at) EXECUTE FUNCTION "
        "report_change()"
    ),
    (
        "CREATE TRIGGER report_insert AFTER INSERT ON dispute_entry FOR EACH ROW WHEN (NEW.party <> "
        "'provider') EXECUTE FUNCTION report_change()"
    ),
)


def upgrade() -> None:
    """Add the tables, their policies and the triggers."""
    _webhooks()
    _deliveries()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY context ON {table} TO {ROLE} USING ({BY_PROVIDER})")
    op.execute(FUNCTION)
    for trigger in TRIGGERS:
        op.execute(trigger)


def _references(table: str, **targets: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, target in targets.items()
    ]


def _webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("events", sa.ARRAY(TEXT), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("key_version", SMALL, nullable=False),
        sa.Column("previous_salt", sa.LargeBinary(), nullable=True),
        sa.Column("previous_key_version", SMALL, nullable=True),
        sa.Column("previous_until", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", BIG, nullable=True),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('on', 'paused', 'stopped', 'removed')", name=op.f("ck_webhook_state")),
        sa.CheckConstraint("cardinality(events) > 0 OR state = 'removed'", name=op.f("ck_webhook_events")),
        sa.CheckConstraint("length(url) <= 500", name=op.f("ck_webhook_url")),
        sa.CheckConstraint(PREVIOUS, name=op.f("ck_webhook_previous")),
        sa.CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name=op.f("ck_webhook_stopped")),
        *_references("webhook", provider_id="provider", made_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index("ix_webhook_provider_id", "webhook", ["provider_id"])


def _deliveries() -> None:
    op.create_table(
        "webhook_delivery",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("webhook_id", BIG, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("type", TEXT, nullable=False),
        sa.Column("subject_id", BIG, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("attempts", SMALL, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("status", SMALL, nullable=True),
        sa.Column("answer", TEXT, nullable=True),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("resent_by", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'given_up', 'cancelled')",
            name=op.f("ck_webhook_delivery_state"),
        ),
        sa.CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)", name=op.f("ck_webhook_delivery_delivered")
        ),
        sa.CheckConstraint("length(answer) <= 500", name=op.f("ck_webhook_delivery_answer")),
        *_references("webhook_delivery", webhook_id="webhook", resent_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
    )
    op.create_index("ix_webhook_delivery_webhook_id", "webhook_delivery", ["webhook_id", "id"])
    op.create_index(
        "ix_webhook_delivery_waiting",
        "webhook_delivery",
        ["webhook_id", "id"],
        postgresql_where="state = 'waiting'",
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION report_change() CASCADE")
    for table in reversed(TABLES):
        op.drop_table(table)
