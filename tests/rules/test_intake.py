"""An intake: when its charges arrived, how they are read and ordered, and the note for the audit log."""

from datetime import UTC, date, datetime, time

import pytest

from clearing.charges.facts.charge import Arrival, SentCharge
from clearing.charges.reading.charge_keys import keys_of
from clearing.charges.reading.fields import read_charge
from clearing.charges.reading.intake import Intake
from clearing.ledger.facts.audit import AuditNote
from foundation.vocabulary.roles import Actor, Role

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
BILLER = Actor(5, Role.PROVIDER_BILLER, "Billi Biller", provider_id=7)
FIRST = {
    "reference": "R-1",
    "voucher": "AB12",
    "service": "HOME_CARE",
    "service_day": "3.11.2026",
    "start": "08:00",
    "end": "09:30",
    "quantity": "1,50",
    "unit": "hour",
}
SECOND = FIRST | {"reference": "R-2", "service_day": "4.11.2026", "start": "09:00", "end": "10:30"}
ALONE = Intake(7, [FIRST, SECOND], BILLER, NOW)
OF_FILE = Intake(7, [FIRST, SECOND], BILLER, NOW, from_file=True, file_id=31)


@pytest.mark.parametrize(("intake", "file_id"), [(ALONE, None), (OF_FILE, 31)])
def test_the_arrival_has_time_sender_and_file(intake: Intake, file_id: int | None) -> None:
    assert intake.arrival == Arrival(NOW, 5, file_id)


@pytest.mark.parametrize(("intake", "subject"), [(ALONE, ("charge", None)), (OF_FILE, ("charge_file", "31"))])
def test_the_note_counts_the_outcomes(intake: Intake, subject: tuple[str, str | None]) -> None:
    note = intake.note(["refused", "accepted", "refused"], 1)
    assert note == AuditNote(BILLER, NOW, "charges.take_in", *subject, 1, {"accepted": 1, "refused": 2})
    assert list(note.detail) == ["accepted", "refused"]


@pytest.mark.parametrize("intake", [ALONE, OF_FILE])
def test_charges_are_read_as_this_provider_sent_them(intake: Intake) -> None:
    sent = [SentCharge(7, values, NOW, intake.from_file) for values in (FIRST, SECOND)]
    assert intake.read() == [read_charge(charge) for charge in sent]
    assert intake.read_keys() == [keys_of(charge) for charge in sent]


def test_only_a_file_takes_a_decimal_comma_and_finnish_days() -> None:
    assert ALONE.read()[0][0].service_day is None
    assert OF_FILE.read()[0][0].service_day == date(2026, 11, 3)
    assert [charge.received_day for charge, _ in OF_FILE.read()] == [date(2026, 11, 21)] * 2


def test_the_order_of_a_charge_is_that_of_its_day_start_and_reference() -> None:
    day, start, reference = OF_FILE.order_of(1)
    assert (day, reference) == (date(2026, 11, 4), "R-2")
    assert start.astimezone(UTC).time() == time(7, 0)
