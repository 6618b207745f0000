"""Every table of the database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "county",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=False),
        sa.Column("sampling", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("code ~ '^[0-9]{2}$'", name=op.f("ck_county_code")),
        sa.CheckConstraint("late_days >= 0", name=op.f("ck_county_late_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county")),
        sa.UniqueConstraint("code", name=op.f("uq_county_code")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("owner_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index("ix_idempotency_key_created_at", "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("identity_hash", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("session_stamp", sa.BigInteger(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("identity_hash", name=op.f("uq_person_identity_hash")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("business_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("first_visit", sa.Text(), nullable=False),
        sa.CheckConstraint("business_id ~ '^[0-9]{7}-[0-9]$'", name=op.f("ck_provider_business_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("business_id", name=op.f("uq_provider_business_id")),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("vat_kind", sa.Text(), nullable=False),
        sa.Column("free_of_charge", sa.Boolean(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("about_fi", sa.Text(), nullable=False),
        sa.Column("about_sv", sa.Text(), nullable=False),
        sa.Column("about_en", sa.Text(), nullable=False),
        sa.Column("about_selko", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "unit IN ('hour', 'visit', 'day', 'night', 'month', 'km', 'piece')", name=op.f("ck_service_unit")
        ),
        sa.CheckConstraint("vat_kind IN ('exempt', 'general', 'reduced')", name=op.f("ck_service_vat_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_table(
        "time_class",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_class")),
        sa.UniqueConstraint("code", name=op.f("uq_time_class_code")),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_approval_county_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_approval_provider_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_approval_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint(
            "provider_id",
            "county_id",
            "service_id",
            name=op.f("uq_approval_provider_id_county_id_service_id"),
        ),
    )
    op.create_table(
        "bank_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by"], ["person.id"], name=op.f("fk_bank_account_confirmed_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_bank_account_entered_by")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_bank_account_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_account")),
    )
    op.create_index("ix_bank_account_provider_id", "bank_account", ["provider_id"], unique=False)
    op.create_table(
        "bank_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.BigInteger(), nullable=True),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("unknown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_bank_answer_county_id")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_bank_answer_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_answer")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_answer_sha256")),
    )
    op.create_table(
        "calendar_range",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("day_kind", sa.Text(), nullable=False),
        sa.Column("from_minute", sa.SmallInteger(), nullable=False),
        sa.Column("to_minute", sa.SmallInteger(), nullable=False),
        sa.Column("time_class_id", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "day_kind IN ('weekday', 'saturday', 'sunday_or_holiday')",
            name=op.f("ck_calendar_range_day_kind"),
        ),
        sa.CheckConstraint(
            "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440",
            name=op.f("ck_calendar_range_minutes"),
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_calendar_range_county_id")),
        sa.ForeignKeyConstraint(
            ["time_class_id"], ["time_class.id"], name=op.f("fk_calendar_range_time_class_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_range")),
        sa.UniqueConstraint(
            "county_id",
            "day_kind",
            "from_minute",
            name=op.f("uq_calendar_range_county_id_day_kind_from_minute"),
        ),
    )
    op.create_table(
        "charge_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.BigInteger(), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("on_hold", sa.Integer(), nullable=False),
        sa.Column("duplicates", sa.Integer(), nullable=False),
        sa.Column("results", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_charge_file_provider_id")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_charge_file_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge_file")),
        sa.UniqueConstraint("provider_id", "sha256", name=op.f("uq_charge_file_provider_id_sha256")),
    )
    op.create_table(
        "cost_centre",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("appropriation_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_cost_centre_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_centre")),
        sa.UniqueConstraint("county_id", "code", name=op.f("uq_cost_centre_county_id_code")),
    )
    op.create_table(
        "county_service",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("service_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_county_service_county_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_county_service_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_county_service")),
        sa.UniqueConstraint("county_id", "service_id", name=op.f("uq_county_service_county_id_service_id")),
    )
    op.create_table(
        "decision_state",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "state IN ('in_force', 'appealed', 'annulled')", name=op.f("ck_decision_state_state")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_decision_state_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_state")),
    )
    op.create_index("ix_decision_state_number", "decision_state", ["county_id", "number"], unique=False)
    op.create_table(
        "municipality",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("name_fi", sa.Text(), nullable=False),
        sa.Column("name_sv", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_municipality_county_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_municipality")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_outbox_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["due_at"], unique=False, postgresql_where=sa.text("sent_at IS NULL")
    )
    op.create_table(
        "payment_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("prepared_by", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_hash", sa.Text(), nullable=True),
        sa.Column("execution_day", sa.Date(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('prepared', 'approved', 'sent', 'closed', 'cancelled')",
            name=op.f("ck_payment_run_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'sent', 'closed') OR approved_by IS NOT NULL",
            name=op.f("ck_payment_run_approved"),
        ),
        sa.CheckConstraint(
            "approved_by IS NULL OR approved_by <> prepared_by", name=op.f("ck_payment_run_four_eyes")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_payment_run_approved_by")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_payment_run_county_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["person.id"], name=op.f("fk_payment_run_prepared_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_run")),
    )
    op.create_index("ix_payment_run_county_id", "payment_run", ["county_id"], unique=False)
    op.create_table(
        "provider_paper",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('register_entry', 'insurance', 'prepayment_register')",
            name=op.f("ck_provider_paper_kind"),
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_paper_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_paper")),
    )
    op.create_index("ix_provider_paper_provider_id", "provider_paper", ["provider_id"], unique=False)
    op.create_table(
        "service_value",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("service_id", sa.SmallInteger(), nullable=False),
        sa.Column("time_class_id", sa.SmallInteger(), nullable=False),
        sa.Column("unit_value_cents", sa.BigInteger(), nullable=False),
        sa.Column("price_cap_cents", sa.BigInteger(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int4range(county_id, county_id, '[]')"), "&&"),
            (sa.text("int4range(service_id, service_id, '[]')"), "&&"),
            (sa.text("int4range(time_class_id, time_class_id, '[]')"), "&&"),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_service_value_one_at_a_time",
        ),
        sa.CheckConstraint("price_cap_cents > 0", name=op.f("ck_service_value_cap")),
        sa.CheckConstraint("unit_value_cents >= 0", name=op.f("ck_service_value_value")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_service_value_county_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_value_service_id")),
        sa.ForeignKeyConstraint(
            ["time_class_id"], ["time_class.id"], name=op.f("fk_service_value_time_class_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_value")),
    )
    op.create_table(
        "approval_state",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'suspended', 'ended')", name=op.f("ck_approval_state_state")
        ),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_approval_state_approval_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_approval_state_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_state")),
    )
    op.create_index("ix_approval_state_approval_id", "approval_state", ["approval_id"], unique=False)
    op.create_table(
        "client",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("identity_hash", sa.Text(), nullable=True),
        sa.Column("protected_address", sa.Boolean(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("language IN ('fi', 'sv', 'en', 'fi-x-selko')", name=op.f("ck_client_language")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_client_county_id")),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_client_municipality_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("county_id", "number", name=op.f("uq_client_county_id_number")),
    )
    op.create_table(
        "provider_unit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("municipality_code", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("access", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_code"], ["municipality.code"], name=op.f("fk_provider_unit_municipality_code")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_provider_unit_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_unit")),
    )
    op.create_index("ix_provider_unit_provider_id", "provider_unit", ["provider_id"], unique=False)
    op.create_table(
        "settlement",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("charge_count", sa.Integer(), nullable=False),
        sa.Column("sum_cents", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_settlement_county_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_settlement_provider_id")),
        sa.ForeignKeyConstraint(["run_id"], ["payment_run.id"], name=op.f("fk_settlement_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("run_id", "provider_id", name=op.f("uq_settlement_run_id_provider_id")),
    )
    op.create_index("ix_settlement_provider_id", "settlement", ["provider_id"], unique=False)
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_audit_event_client_id")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_audit_event_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_client_id", "audit_event", ["client_id"], unique=False)
    op.create_index("ix_audit_event_subject", "audit_event", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "client_absence",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("away", postgresql.DATERANGE(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_client_absence_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_absence")),
    )
    op.create_table(
        "grant_decision",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("cost_centre_id", sa.BigInteger(), nullable=False),
        sa.Column("document", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_grant_decision_client_id")),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.id"], name=op.f("fk_grant_decision_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_grant_decision_county_id")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_grant_decision_received_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grant_decision")),
        sa.UniqueConstraint(
            "county_id", "number", "version", name=op.f("uq_grant_decision_county_id_number_version")
        ),
    )
    op.create_table(
        "mandate",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("may_choose", sa.Boolean(), nullable=False),
        sa.Column("may_confirm", sa.Boolean(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('support_person', 'guardian')", name=op.f("ck_mandate_kind")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_mandate_client_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mandate_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
    )
    op.create_index("ix_mandate_client_id", "mandate", ["client_id"], unique=False)
    op.create_index(
        "ix_mandate_person_id",
        "mandate",
        ["person_id"],
        unique=False,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "offering",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("service_id", sa.SmallInteger(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("municipalities", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("next_free_on", sa.Date(), nullable=True),
        sa.Column("cancel_notice_hours", sa.SmallInteger(), nullable=False),
        sa.Column("cancel_share_percent", sa.SmallInteger(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cancel_notice_hours >= 0", name=op.f("ck_offering_notice")),
        sa.CheckConstraint("cancel_share_percent BETWEEN 0 AND 100", name=op.f("ck_offering_share")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_offering_county_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_offering_provider_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_offering_service_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["provider_unit.id"], name=op.f("fk_offering_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offering")),
    )
    op.create_index("ix_offering_county_service", "offering", ["county_id", "service_id"], unique=False)
    op.create_index("ix_offering_provider_id", "offering", ["provider_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("settlement_id", sa.BigInteger(), nullable=False),
        sa.Column("sum_cents", sa.BigInteger(), nullable=False),
        sa.Column("carried_cents", sa.BigInteger(), nullable=False),
        sa.Column("bank_account_id", sa.BigInteger(), nullable=False),
        sa.Column("creditor_name", sa.Text(), nullable=False),
        sa.Column("iban", sa.Text(), nullable=False),
        sa.Column("bic", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('prepared', 'sent', 'confirmed', 'returned')", name=op.f("ck_payment_state")
        ),
        sa.CheckConstraint("sum_cents > 0", name=op.f("ck_payment_positive")),
        sa.ForeignKeyConstraint(
            ["bank_account_id"], ["bank_account.id"], name=op.f("fk_payment_bank_account_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_payment_county_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_payment_provider_id")),
        sa.ForeignKeyConstraint(["run_id"], ["payment_run.id"], name=op.f("fk_payment_run_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_payment_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("end_to_end_id", name=op.f("uq_payment_end_to_end_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
        sa.UniqueConstraint("settlement_id", name=op.f("uq_payment_settlement_id")),
    )
    op.create_index("ix_payment_provider_id", "payment", ["provider_id"], unique=False)
    op.create_index("ix_payment_run_id", "payment", ["run_id"], unique=False)
    op.create_table(
        "personal_budget",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("may_move_up_to_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_personal_budget_amount")),
        sa.CheckConstraint("may_move_up_to_cents >= 0", name=op.f("ck_personal_budget_may_move")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_personal_budget_client_id")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_personal_budget_county_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_budget")),
        sa.UniqueConstraint(
            "county_id", "decision_number", name=op.f("uq_personal_budget_county_id_decision_number")
        ),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=True),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("client_id", sa.BigInteger(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint(
            "CASE WHEN role LIKE 'provider%%' THEN provider_id IS NOT NULL WHEN role = 'client' THEN client_id IS NOT NULL WHEN role IN ('representative', 'admin') THEN true ELSE county_id IS NOT NULL END",
            name=op.f("ck_role_grant_scope"),
        ),
        sa.CheckConstraint(
            "role IN ('client', 'representative', 'provider_biller', 'provider_owner', 'worker', 'coordinator', 'settlement_officer', 'settlement_approver', 'auditor', 'admin')",
            name=op.f("ck_role_grant_role"),
        ),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_role_grant_client_id")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_role_grant_county_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_role_grant_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_person_id", "role_grant", ["person_id"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role_grant_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("key_sha256", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_key_person_id")),
        sa.ForeignKeyConstraint(["role_grant_id"], ["role_grant.id"], name=op.f("fk_api_key_role_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_sha256", name=op.f("uq_api_key_key_sha256")),
    )
    op.create_table(
        "funding",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("cost_centre_id", sa.BigInteger(), nullable=False),
        sa.Column("personal_budget_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.CheckConstraint(
            "kind = 'voucher' OR provider_id IS NOT NULL", name=op.f("ck_funding_commitment_names_provider")
        ),
        sa.CheckConstraint("kind IN ('voucher', 'commitment')", name=op.f("ck_funding_kind")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_funding_client_id")),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.id"], name=op.f("fk_funding_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_funding_county_id")),
        sa.ForeignKeyConstraint(
            ["personal_budget_id"], ["personal_budget.id"], name=op.f("fk_funding_personal_budget_id")
        ),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_funding_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding")),
        sa.UniqueConstraint(
            "county_id",
            "decision_number",
            "external_id",
            name=op.f("uq_funding_county_id_decision_number_external_id"),
        ),
        sa.UniqueConstraint("voucher", name=op.f("uq_funding_voucher")),
    )
    op.create_index("ix_funding_client_id", "funding", ["client_id"], unique=False)
    op.create_table(
        "price",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("offering_id", sa.BigInteger(), nullable=False),
        sa.Column("time_class_id", sa.SmallInteger(), nullable=False),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=False),
        sa.Column("valid", postgresql.DATERANGE(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.text("int8range(offering_id, offering_id, '[]')"), "&&"),
            (sa.text("int4range(time_class_id, time_class_id, '[]')"), "&&"),
            (sa.column("valid"), "&&"),
            using="gist",
            name="ex_price_one_at_a_time",
        ),
        sa.CheckConstraint("unit_price_cents > 0", name=op.f("ck_price_positive")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_price_offering_id")),
        sa.ForeignKeyConstraint(["time_class_id"], ["time_class.id"], name=op.f("fk_price_time_class_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price")),
    )
    op.create_index("ix_price_offering_id", "price", ["offering_id"], unique=False)
    op.create_table(
        "balance",
        sa.Column("funding_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("granted_cents", sa.BigInteger(), nullable=False),
        sa.Column("free_cents", sa.BigInteger(), nullable=False),
        sa.Column("held_cents", sa.BigInteger(), nullable=False),
        sa.Column("charged_cents", sa.BigInteger(), nullable=False),
        sa.Column("settled_cents", sa.BigInteger(), nullable=False),
        sa.Column("returned_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "free_cents >= 0 AND held_cents >= 0 AND charged_cents >= 0 AND settled_cents >= 0 AND returned_cents >= 0",
            name=op.f("ck_balance_not_negative"),
        ),
        sa.CheckConstraint(
            "granted_cents = free_cents + held_cents + charged_cents + settled_cents + returned_cents",
            name=op.f("ck_balance_adds_up"),
        ),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_balance_funding_id")),
        sa.PrimaryKeyConstraint("funding_id", name=op.f("pk_balance")),
        postgresql_with={"fillfactor": "50"},
    )
    op.create_table(
        "choice",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("offering_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("quantity_per_week_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("held_cents", sa.BigInteger(), nullable=False),
        sa.Column("planned_cents", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(quantity_hundredths IS NULL) <> (quantity_per_week_hundredths IS NULL)",
            name=op.f("ck_choice_plan"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on OR ended_at IS NOT NULL", name=op.f("ck_choice_days")
        ),
        sa.CheckConstraint("held_cents >= 0", name=op.f("ck_choice_held")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_choice_county_id")),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_choice_funding_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_choice_made_by")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_choice_offering_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_choice_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choice")),
    )
    op.create_index("ix_choice_funding_id", "choice", ["funding_id"], unique=False)
    op.create_index("ix_choice_provider_id", "choice", ["provider_id"], unique=False)
    op.create_table(
        "funding_service",
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("service_id", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_funding_service_funding_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_funding_service_service_id")),
        sa.PrimaryKeyConstraint("funding_id", "service_id", name=op.f("pk_funding_service")),
    )
    op.create_table(
        "funding_state",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('granted', 'open', 'paused', 'closed', 'revoked')", name=op.f("ck_funding_state_state")
        ),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_funding_state_funding_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_funding_state_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_state")),
    )
    op.create_index("ix_funding_state_funding_id", "funding_state", ["funding_id"], unique=False)
    op.create_table(
        "funding_terms",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("unit_values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("price_caps", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("period", sa.Text(), nullable=True),
        sa.Column("period_amount_cents", sa.BigInteger(), nullable=True),
        sa.Column("period_quantity_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("carry", sa.Text(), nullable=False),
        sa.Column("carry_share", sa.Integer(), nullable=True),
        sa.Column("free_of_charge", sa.Boolean(), nullable=False),
        sa.Column("overrun", sa.Text(), nullable=False),
        sa.Column("income_basis", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "(carry = 'up_to') = (carry_share IS NOT NULL)", name=op.f("ck_funding_terms_share")
        ),
        sa.CheckConstraint("carry IN ('none', 'all', 'up_to')", name=op.f("ck_funding_terms_carry")),
        sa.CheckConstraint("overrun IN ('refuse', 'cut')", name=op.f("ck_funding_terms_overrun")),
        sa.CheckConstraint("period IN ('week', 'month', 'quarter')", name=op.f("ck_funding_terms_period")),
        sa.CheckConstraint(
            "(period IS NULL) = (period_amount_cents IS NULL AND period_quantity_hundredths IS NULL)",
            name=op.f("ck_funding_terms_per_period"),
        ),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_funding_terms_funding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_terms")),
        sa.UniqueConstraint("funding_id", "from_day", name=op.f("uq_funding_terms_funding_id_from_day")),
    )
    op.create_table(
        "charge",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=True),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=True),
        sa.Column("choice_id", sa.BigInteger(), nullable=True),
        sa.Column("offering_id", sa.BigInteger(), nullable=True),
        sa.Column("service_id", sa.SmallInteger(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("service_day", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=True),
        sa.Column("unit_price_cents", sa.BigInteger(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=True),
        sa.Column("county_pays_cents", sa.BigInteger(), nullable=True),
        sa.Column("co_payment_cents", sa.BigInteger(), nullable=True),
        sa.Column("from_held_cents", sa.BigInteger(), nullable=False),
        sa.Column("vat_percent_hundredths", sa.SmallInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sent", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.BigInteger(), nullable=True),
        sa.Column("charge_file_id", sa.BigInteger(), nullable=True),
        sa.Column("settlement_id", sa.BigInteger(), nullable=True),
        sa.Column("corrects_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('accepted', 'on_hold', 'refused', 'settled', 'withdrawn', 'rejected')",
            name=op.f("ck_charge_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'settled') OR (funding_id IS NOT NULL AND county_pays_cents IS NOT NULL)",
            name=op.f("ck_charge_decided"),
        ),
        sa.CheckConstraint(
            "price_cents = county_pays_cents + co_payment_cents", name=op.f("ck_charge_split")
        ),
        sa.ForeignKeyConstraint(
            ["charge_file_id"], ["charge_file.id"], name=op.f("fk_charge_charge_file_id")
        ),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_charge_choice_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["charge.id"], name=op.f("fk_charge_corrects_id")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_charge_county_id")),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_charge_funding_id")),
        sa.ForeignKeyConstraint(["offering_id"], ["offering.id"], name=op.f("fk_charge_offering_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_charge_provider_id")),
        sa.ForeignKeyConstraint(["received_by"], ["person.id"], name=op.f("fk_charge_received_by")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_charge_service_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_charge_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
    )
    op.create_index(
        "ix_charge_funding_day",
        "charge",
        ["funding_id", "service_day"],
        unique=False,
        postgresql_where=sa.text("state IN ('accepted', 'on_hold', 'settled')"),
    )
    op.create_index("ix_charge_provider_received", "charge", ["provider_id", "id"], unique=False)
    op.create_index(
        "ix_charge_settlement_id",
        "charge",
        ["settlement_id"],
        unique=False,
        postgresql_where=sa.text("settlement_id IS NOT NULL"),
    )
    op.create_index(
        "ix_charge_to_settle",
        "charge",
        ["county_id", "provider_id"],
        unique=False,
        postgresql_where=sa.text("state = 'accepted'"),
    )
    op.create_index(
        "ux_charge_provider_reference",
        "charge",
        ["provider_id", "reference"],
        unique=True,
        postgresql_where=sa.text("state IN ('accepted', 'on_hold', 'settled')"),
    )
    op.create_table(
        "charge_reason",
        sa.Column("charge_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_charge_reason_charge_id")),
        sa.PrimaryKeyConstraint("charge_id", "position", name=op.f("pk_charge_reason")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.SmallInteger(), nullable=False),
        sa.Column("from_account", sa.SmallInteger(), nullable=False),
        sa.Column("to_account", sa.SmallInteger(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("cost_centre_id", sa.BigInteger(), nullable=True),
        sa.Column("funding_id", sa.BigInteger(), nullable=True),
        sa.Column("choice_id", sa.BigInteger(), nullable=True),
        sa.Column("charge_id", sa.BigInteger(), nullable=True),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.Column("payment_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "0 NOT IN (from_account, to_account) OR cost_centre_id IS NOT NULL",
            name=op.f("ck_posting_cost_centre"),
        ),
        sa.CheckConstraint(
            "4 NOT IN (from_account, to_account) OR provider_id IS NOT NULL",
            name=op.f("ck_posting_payable_owner"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_posting_positive")),
        sa.CheckConstraint("from_account <> to_account", name=op.f("ck_posting_moves")),
        sa.CheckConstraint(
            "from_account BETWEEN 0 AND 6 AND to_account BETWEEN 0 AND 6", name=op.f("ck_posting_accounts")
        ),
        sa.CheckConstraint(
            "from_account NOT IN (1, 2, 3) OR funding_id IS NOT NULL", name=op.f("ck_posting_from_funding")
        ),
        sa.CheckConstraint(
            "to_account NOT IN (1, 2, 3) OR funding_id IS NOT NULL", name=op.f("ck_posting_to_funding")
        ),
        sa.ForeignKeyConstraint(["charge_id"], ["charge.id"], name=op.f("fk_posting_charge_id")),
        sa.ForeignKeyConstraint(["choice_id"], ["choice.id"], name=op.f("fk_posting_choice_id")),
        sa.ForeignKeyConstraint(
            ["cost_centre_id"], ["cost_centre.id"], name=op.f("fk_posting_cost_centre_id")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_posting_county_id")),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_posting_funding_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_posting_payment_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_posting_provider_id")),
        sa.ForeignKeyConstraint(["run_id"], ["payment_run.id"], name=op.f("fk_posting_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    op.create_index("ix_posting_funding_id", "posting", ["funding_id"], unique=False)
    op.create_index(
        "ix_posting_run_id",
        "posting",
        ["run_id"],
        unique=False,
        postgresql_where=sa.text("run_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop every table."""
    op.drop_index("ix_posting_run_id", table_name="posting", postgresql_where=sa.text("run_id IS NOT NULL"))
    op.drop_index("ix_posting_funding_id", table_name="posting")
    op.drop_table("posting")
    op.drop_table("charge_reason")
    op.drop_index(
        "ux_charge_provider_reference",
        table_name="charge",
        postgresql_where=sa.text("state IN ('accepted', 'on_hold', 'settled')"),
    )
    op.drop_index("ix_charge_to_settle", table_name="charge", postgresql_where=sa.text("state = 'accepted'"))
    op.drop_index(
        "ix_charge_settlement_id", table_name="charge", postgresql_where=sa.text("settlement_id IS NOT NULL")
    )
    op.drop_index("ix_charge_provider_received", table_name="charge")
    op.drop_index(
        "ix_charge_funding_day",
        table_name="charge",
        postgresql_where=sa.text("state IN ('accepted', 'on_hold', 'settled')"),
    )
    op.drop_table("charge")
    op.drop_table("funding_terms")
    op.drop_index("ix_funding_state_funding_id", table_name="funding_state")
    op.drop_table("funding_state")
    op.drop_table("funding_service")
    op.drop_index("ix_choice_provider_id", table_name="choice")
    op.drop_index("ix_choice_funding_id", table_name="choice")
    op.drop_table("choice")
    op.drop_table("balance")
    op.drop_index("ix_price_offering_id", table_name="price")
    op.drop_table("price")
    op.drop_index("ix_funding_client_id", table_name="funding")
    op.drop_table("funding")
    op.drop_table("api_key")
    op.drop_index("ix_role_grant_person_id", table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("personal_budget")
    op.drop_index("ix_payment_run_id", table_name="payment")
    op.drop_index("ix_payment_provider_id", table_name="payment")
    op.drop_table("payment")
    op.drop_index("ix_offering_provider_id", table_name="offering")
    op.drop_index("ix_offering_county_service", table_name="offering")
    op.drop_table("offering")
    op.drop_index(
        "ix_mandate_person_id", table_name="mandate", postgresql_where=sa.text("revoked_at IS NULL")
    )
    op.drop_index("ix_mandate_client_id", table_name="mandate")
    op.drop_table("mandate")
    op.drop_table("grant_decision")
    op.drop_table("client_absence")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_index("ix_audit_event_client_id", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_index("ix_settlement_provider_id", table_name="settlement")
    op.drop_table("settlement")
    op.drop_index("ix_provider_unit_provider_id", table_name="provider_unit")
    op.drop_table("provider_unit")
    op.drop_table("client")
    op.drop_index("ix_approval_state_approval_id", table_name="approval_state")
    op.drop_table("approval_state")
    op.drop_table("service_value")
    op.drop_index("ix_provider_paper_provider_id", table_name="provider_paper")
    op.drop_table("provider_paper")
    op.drop_index("ix_payment_run_county_id", table_name="payment_run")
    op.drop_table("payment_run")
    op.drop_index("ix_outbox_due", table_name="outbox", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_table("outbox")
    op.drop_table("municipality")
    op.drop_index("ix_decision_state_number", table_name="decision_state")
    op.drop_table("decision_state")
    op.drop_table("county_service")
    op.drop_table("cost_centre")
    op.drop_table("charge_file")
    op.drop_table("calendar_range")
    op.drop_table("bank_answer")
    op.drop_index("ix_bank_account_provider_id", table_name="bank_account")
    op.drop_table("bank_account")
    op.drop_table("approval")
    op.drop_table("time_class")
    op.drop_table("service")
    op.drop_table("provider")
    op.drop_table("person")
    op.drop_index("ix_idempotency_key_created_at", table_name="idempotency_key")
    op.drop_table("idempotency_key")
    op.drop_table("county")
