"""Providers' uploads: files that wait to be sent or processed, and saved column mappings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, Small, Whole, big_reference, one_of


class WaitingFile(Base):
    """An uploaded file that was checked and not sent yet; kept for a day.

    `mapping` is "" for our own columns.
    """

    __tablename__ = "waiting_file"
    __table_args__ = (Index("ix_waiting_file_provider_id", "provider_id"),)
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    name: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    mapping: Mapped[str] = mapped_column(default="")
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None] = big_reference("person.id")


class FileTrial(Base):
    """The dry run of a long uploaded file, in the background; deleted with the file.

    Its rows are decided as of `asked_at`, and none is stored. `rows_done` are decided since this attempt
    began, at `begun_at`; an attempt that ended in the middle begins again. `report` is what
    `provider_portal.rules.trial_report` writes. `stopped`: by its provider. `failed`: several times.
    """

    __tablename__ = "file_trial"
    __table_args__ = (
        one_of("state", "waiting", "running", "stopped", "failed", "done"),
        CheckConstraint("(state = 'done') = (report IS NOT NULL)", name="report"),
    )
    waiting_file_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("waiting_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    sha256: Mapped[str]
    rows: Mapped[Whole]
    role: Mapped[str]
    asked_by: Mapped[int | None] = big_reference("person.id")
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    rows_done: Mapped[Whole] = mapped_column(default=0)
    tries: Mapped[Small] = mapped_column(default=0)
    begun_at: Mapped[datetime | None]
    report: Mapped[dict[str, Any] | None]


class SavedMapping(Base):
    """A provider's column mapping with a name, as TOML or JSON."""

    __tablename__ = "saved_mapping"
    __table_args__ = (UniqueConstraint("provider_id", "name"),)
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    name: Mapped[str]
    mapping: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[int | None] = big_reference("person.id")


class ChargeFileWork(Base):
    """A charge file that is processed in the background: its bytes, and its progress.

    Deleted when the file is processed. `rows_done` grows with each slice that is committed; it was
    `rows_before` when this attempt began, at `begun_at`. `newest_charge_id`: the newest charge when the work
    began. `stopped`: by its provider, until it says that the rows that are left are processed too, by
    `go_on_until` at the latest. `failed`: it failed several times without coming further, and is kept for the
    operator.
    """

    __tablename__ = "charge_file_work"
    __table_args__ = (
        one_of("state", "waiting", "running", "stopped", "failed"),
        CheckConstraint("(state = 'stopped') = (go_on_until IS NOT NULL)", name="go_on"),
    )
    charge_file_id: Mapped[int] = big_reference("charge_file.id", primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    mapping: Mapped[str] = mapped_column(default="")
    role: Mapped[str]
    state: Mapped[str] = mapped_column(default="waiting")
    rows_done: Mapped[Whole] = mapped_column(default=0)
    tries: Mapped[Small] = mapped_column(default=0)
    newest_charge_id: Mapped[int | None] = mapped_column(BigInteger)
    begun_at: Mapped[datetime | None]
    rows_before: Mapped[Whole] = mapped_column(server_default="0")
    go_on_until: Mapped[date | None]


class ChargeFilePart(Base):
    """The results of the rows that one slice of a queued file decided, as in `ChargeFile.results`.

    `number` is the count of rows decided before. Deleted when the file is processed.
    """

    __tablename__ = "charge_file_part"
    charge_file_id: Mapped[int] = big_reference("charge_file.id", primary_key=True, autoincrement=False)
    number: Mapped[Whole] = mapped_column(primary_key=True, autoincrement=False)
    results: Mapped[list[Any]]


class ChargeFileRefused(Base):
    """The refused rows of a charge file as they came, compressed (`provider_portal.reading.refused_part`)."""

    __tablename__ = "charge_file_refused"
    __table_args__ = (one_of("kind", "csv", "xlsx", "xml"),)
    charge_file_id: Mapped[int] = big_reference("charge_file.id", primary_key=True, autoincrement=False)
    kind: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ChargeFileLeft(Base):
    """The rows of a file that its provider stopped and nobody went on with: [row, reference]; append-only.

    `ended_on` is the last day on which somebody could have gone on.
    """

    __tablename__ = "charge_file_left"
    __table_args__ = (CheckConstraint("count > 0 AND count = jsonb_array_length(rows)", name="count"),)
    charge_file_id: Mapped[int] = big_reference("charge_file.id", primary_key=True, autoincrement=False)
    ended_on: Mapped[date]
    count: Mapped[Whole]
    rows: Mapped[list[Any]]


class ChargeFileTurn(Base):
    """When a provider had its last turn in the queue of charge files: a larger number is later."""

    __tablename__ = "charge_file_turn"
    provider_id: Mapped[int] = big_reference("provider.id", primary_key=True, autoincrement=False)
    turn: Mapped[int] = mapped_column(BigInteger)
