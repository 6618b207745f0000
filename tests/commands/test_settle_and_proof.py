"""`omatori settle`, `verify`, `ledger export` and `audit export`, run as processes."""

from __future__ import annotations

import csv
import io
import json
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from foundation.database.session import make_engine
from foundation.database.tables.people import Person
from tests.builders import NOW
from tests.builders.pay_days import pays_monthly
from tests.builders.settlement import a_settlement_scenario, payments_in, statement_of

_OF_PERSON = "WHERE person_id = (SELECT id FROM person WHERE email = :log_in)"
MAKE_APPROVER = f"UPDATE role_grant SET role = 'settlement_approver' {_OF_PERSON}"
MAKE_OFFICER = f"UPDATE role_grant SET role = 'settlement_officer' {_OF_PERSON}"
CLOCK = "2026-11-21T12:00:00+02:00"


class Shell:
    """The command line on a county with charges to settle."""

    def __init__(self, run: Callable[..., subprocess.CompletedProcess[str]], url: str) -> None:
        self.run = run
        self.url = url
        self.engine = make_engine(url)
        with Session(self.engine) as session, session.begin():
            scenario = a_settlement_scenario(session)
            for hours in (1, 2, 3):
                scenario.charge(session, 0, hours=hours)
            scenario.charge(session, 1)
            people = {person.id: person.email for person in session.query(Person)}
            self.officer = people[scenario.officer.person_id or 0]
            self.approver = people[scenario.approver.person_id or 0]

    def __call__(self, *arguments: str, code: int = 0, failpoint: str = "") -> str:
        environment = {"OMATORI_FAILPOINT": failpoint} if failpoint else {}
        done = self.run(*arguments, database_url=self.url, clock=CLOCK, **environment)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout if code == 0 else done.stdout + done.stderr

    def refused_approval(self, run: str) -> str:
        """Return the output when the officer who prepared the run approves it, in the role of an approver."""
        with self.engine.begin() as connection:
            connection.execute(text(MAKE_APPROVER), {"log_in": self.officer})
        output = self("settle", "approve", run, "--as", str(self.officer), code=1)
        with self.engine.begin() as connection:
            connection.execute(text(MAKE_OFFICER), {"log_in": self.officer})
        return output

    def prepare(self) -> dict[str, Any]:
        options = ("--county", "12", "--until", "2026-11-21", "--as", str(self.officer), "--json")
        return dict(json.loads(self("settle", "prepare", *options)))


@pytest.fixture
def shell(omatori: Callable[..., subprocess.CompletedProcess[str]], fresh_database: str) -> Any:
    shell = Shell(omatori, fresh_database)
    yield shell
    shell.engine.dispose()


@pytest.mark.long
def test_a_run_by_hand_from_prepare_to_closed(shell: Shell, tmp_path: Path) -> None:
    prepared = shell.prepare()
    assert (prepared["state"], prepared["count"], prepared["sum"]) == ("prepared", 2, "288.00")
    run = str(prepared["id"])
    assert "same_person" in shell.refused_approval(run)
    shell("settle", "approve", run, "--as", str(shell.approver), "--hash", prepared["hash"])
    files = [tmp_path / f"{number}.xml" for number in range(2)]
    for file in files:
        shell("settle", "export", run, "-o", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()
    answer = tmp_path / "answer.xml"
    answer.write_bytes(statement_of(payments_in(files[0].read_bytes())))
    assert json.loads(shell("settle", "ingest", str(answer), "--json")) == {
        "matched": 2,
        "returned": 0,
        "unknown": [],
    }
    assert json.loads(shell("settle", "status", run, "--json"))["state"] == "closed"
    assert [item["id"] for item in json.loads(shell("settle", "status", "--county", "12", "--json"))] == [
        int(run)
    ]
    runs = json.loads(shell("settle", "status", "--json"))
    assert [(item["county"], item["state"]) for item in runs] == [("12", "closed")]
    assert "There is no county 99" in shell("settle", "status", "--county", "99", code=1)
    assert "agree" in shell("verify")


def pays_monthly_with(shell: Shell, month_day: int, received: str) -> None:
    """Let the county pay on a day of each month, charges two bank days before; all came in on a day."""
    with Session(shell.engine) as session, session.begin():
        session.execute(text("UPDATE charge SET received_at = '2000-01-01'"))
        pays_monthly(session, 12, month_day, cut_off_days=2, from_day=date(2001, 1, 1))
        session.execute(text("UPDATE charge SET received_at = :at"), {"at": received})


def test_prepare_says_for_which_pay_day_the_run_is(shell: Shell) -> None:
    """Today is Saturday 21 November 2026."""
    pays_monthly_with(shell, 24, "2026-11-19T12:00:00+02:00")
    prepared = shell.prepare()
    assert prepared["pay_days"] == [
        {"day": "2026-11-24", "late": False, "send_by": "2026-11-23", "charges": 4, "sum": "288.00"}
    ]
    assert (prepared["due"], prepared["until"], prepared["not_before"]) == (None, "2026-11-21", "2026-11-24")
    text_out = shell("settle", "prepare", "--county", "12", "--as", str(shell.officer))
    assert "until 2026-11-20: prepared" in text_out  # the cut-off of the pay day that is due
    assert "Pay day 2026-11-24: 4 charges, 288.00 EUR. Send by 2026-11-23\n" in text_out
    assert "due" not in text_out


def test_prepare_says_what_is_late_and_what_is_due_beside_it(shell: Shell) -> None:
    pays_monthly_with(shell, 20, "2026-11-18T12:00:00+02:00")
    prepared = shell.prepare()
    [late] = prepared["pay_days"]
    assert (late["day"], late["late"], late["send_by"]) == ("2026-11-20", True, "2026-11-19")
    options = ("--county", "12", "--until", "2026-11-01", "--as", str(shell.officer))
    text_out = shell("settle", "prepare", *options)
    assert "Pay day" not in text_out
    due = "Also due: pay day 2026-11-20, charges that came in by 2026-11-18, late since 2026-11-20"
    assert due in text_out
    assert json.loads(shell("settle", "prepare", *options, "--json"))["due"] == {
        "day": "2026-11-20",
        "cut_off": "2026-11-18",
        "send_by": "2026-11-19",
        "missed": "2026-11-20",
    }


def test_prepare_without_pay_days_needs_the_last_service_day(shell: Shell) -> None:
    output = shell("settle", "prepare", "--county", "12", "--as", str(shell.officer), code=1)
    assert "No pay day is due. Give the last service day: --until DAY." in output
    prepared = shell.prepare()
    assert (prepared["pay_days"], prepared["due"]) == ([], None)


@pytest.mark.long
def test_a_run_that_changed_is_approved_without_what_changed(shell: Shell) -> None:
    run = str(shell.prepare()["id"])
    with Session(shell.engine) as session, session.begin():
        charge_id = session.scalar(text("SELECT min(id) FROM charge"))
        assert charge_id is not None
        hold_disputed_charge(session, charge_id, now=NOW)
    output = shell("settle", "approve", run, "--as", str(shell.approver), code=1)
    assert "Refused: run_changed" in output
    assert "left out: 1234567-1" in output
    assert "-36.00  disputed_by_client" in output
    assert "approved" in shell("settle", "approve", run, "--as", str(shell.approver))
    assert json.loads(shell("settle", "status", run, "--json"))["sum"] == "252.00"
    assert "agree" in shell("verify")


@pytest.mark.long
def test_a_return_of_paid_money_is_decided_by_another_person(shell: Shell, tmp_path: Path) -> None:
    run, file, answer = str(shell.prepare()["id"]), tmp_path / "file.xml", tmp_path / "answer.xml"
    shell("settle", "approve", run, "--as", str(shell.approver))
    shell("settle", "export", run, "-o", str(file))
    sent = payments_in(file.read_bytes())
    name = next(iter(sent))
    answer.write_bytes(statement_of(sent))
    shell("settle", "ingest", str(answer))
    answer.write_bytes(statement_of({name: sent[name]}, returned=True, reference="Q"))
    report = shell("settle", "ingest", str(answer), "--as", str(shell.officer))
    assert f"{name}: second_person_needed" in report
    payments = json.loads(shell("settle", "status", run, "--json"))["payments"]
    [payment] = [payment for payment in payments if payment["end_to_end_id"] == name]
    decide = ("settle", "decide-answer", str(payment["id"]), "holds", "--as")
    assert "same_person" in shell(*decide, str(shell.officer), code=1)
    shell(*decide, str(shell.approver))
    assert "run_not_in_state" in shell(*decide, str(shell.approver), code=1)
    payments = json.loads(shell("settle", "status", run, "--json"))["payments"]
    assert {payment["end_to_end_id"]: payment["state"] for payment in payments}[name] == "returned"
    assert "agree" in shell("verify")


@pytest.mark.long
def test_kill_from_the_environment_and_resume(shell: Shell) -> None:
    place = "settle.prepare.after_payments:kill"
    options = ("--county", "12", "--until", "2026-11-21", "--as", str(shell.officer))
    shell("settle", "prepare", *options, code=-signal.SIGKILL, failpoint=place)
    assert shell.prepare()["count"] == 2
    shell("verify")


@pytest.mark.long
def test_an_export_killed_before_writing_is_repeated(shell: Shell, tmp_path: Path) -> None:
    run, file = str(shell.prepare()["id"]), tmp_path / "file.xml"
    shell("settle", "approve", run, "--as", str(shell.approver))
    place = "bank_file.before_write:kill"
    shell("settle", "export", run, "-o", str(file), code=-signal.SIGKILL, failpoint=place)
    assert json.loads(shell("settle", "status", run, "--json"))["state"] == "sent"
    assert not file.exists()
    shell("settle", "export", run, "-o", str(file))
    assert sum(payments_in(file.read_bytes()).values()) == 28_800
    shell("verify")


@pytest.mark.long
def test_an_unknown_answer_is_listed_and_an_unreadable_one_exits_1(shell: Shell, tmp_path: Path) -> None:
    answer = tmp_path / "answer.xml"
    answer.write_bytes(statement_of({"NOBODY": 100}))
    assert "NOBODY: payment_unknown" in shell("settle", "ingest", str(answer))
    answer.write_bytes(b"<!DOCTYPE a><a/>")
    assert "document_type_forbidden" in shell("settle", "ingest", str(answer), code=1)


def test_verify_exits_1_and_names_the_first_difference(shell: Shell) -> None:
    with shell.engine.begin() as connection:
        connection.execute(text("UPDATE choice SET held_cents = held_cents + 1"))
    assert "choice_hold: choice:" in shell("verify", code=1)
    report = json.loads(shell("verify", "--json", code=1).splitlines()[0])
    assert report["differences"][0]["check"] == "choice_hold"


@pytest.mark.long
def test_the_ledger_as_csv_adds_up_to_the_balances(shell: Shell, tmp_path: Path) -> None:
    run = str(shell.prepare()["id"])
    shell("settle", "approve", run, "--as", str(shell.approver))
    shell("settle", "export", run, "-o", str(tmp_path / "file.xml"))
    rows = list(csv.DictReader(io.StringIO(shell("ledger", "export", "--format", "csv")), delimiter=";"))
    header = "transaction;at;event;from_account;to_account;amount;funding;charge;run"
    assert list(rows[0]) == header.split(";")
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["from_account"]] -= round(Decimal(row["amount"]) * 100)
        sums[row["to_account"]] += round(Decimal(row["amount"]) * 100)
    assert (sums["transit"], sums["provider:1234567-1:payable"]) == (28_800, 0)
    assert balances_by_sums(shell) == {
        name: cents for name, cents in sums.items() if "funding" in name and cents
    }
    assert shell("ledger", "export", "--county", "13").splitlines() == [header]


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not on this machine")
def test_hledger_accepts_the_journal_and_agrees(shell: Shell, tmp_path: Path) -> None:
    run = str(shell.prepare()["id"])
    shell("settle", "approve", run, "--as", str(shell.approver))
    journal = tmp_path / "ledger.journal"
    shell("ledger", "export", "--format", "hledger", "-o", str(journal))
    subprocess.run(["hledger", "-f", str(journal), "check"], check=True)
    balances = subprocess.run(
        ["hledger", "-f", str(journal), "balance", "--flat", "-O", "csv", "funding"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    by_hledger = {
        row["account"]: round(Decimal(row["balance"].removesuffix(" EUR")) * 100)
        for row in csv.DictReader(io.StringIO(balances))
        if row["account"].startswith("funding")
    }
    assert by_hledger == balances_by_sums(shell)


def test_the_audit_log_is_exported_with_formulas_escaped(shell: Shell) -> None:
    shell.prepare()
    with shell.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_event (at, actor_name, act, subject_kind, subject_id, why, detail)"
                " VALUES (now(), '=cmd|calc', 'test.act', 'x', '1', '@SUM(1)', '{}')"
            )
        )
    rows = list(csv.DictReader(io.StringIO(shell("audit", "export")), delimiter=";"))
    assert "payment_run.prepare" in {row["act"] for row in rows}
    assert (rows[-1]["actor"], rows[-1]["why"]) == ("'=cmd|calc", "'@SUM(1)")


def balances_by_sums(shell: Shell) -> dict[str, int]:
    """Return each funding's free, held and charged cents, from the table of balances, if not zero."""
    query = (
        "SELECT voucher, free_cents, held_cents, charged_cents FROM balance JOIN funding ON id = funding_id"
    )
    with shell.engine.connect() as connection:
        rows = connection.execute(text(query)).all()
    return {
        f"funding:{row[0]}:{name}": cents
        for row in rows
        for name, cents in zip(("free", "held", "charged"), row[1:], strict=True)
        if cents
    }
