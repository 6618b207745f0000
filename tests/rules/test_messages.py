"""When a message is tried again, and the words of a payment advice; the chain over the audit log."""

import hashlib
import hmac
from datetime import date, timedelta

import pytest

from clearing.ledger.gateways.mail_texts import advice_subject, advice_text, wait_before_retry
from clearing.ledger.rules.audit_chain import BEGINNING, Numbers, digest_of, sealed_value, value_after
from foundation.vocabulary.money import Money

# failures so far, and the minutes to wait
WAITS = [(1, 1), (2, 2), (3, 4), (9, 256), (10, 360), (11, 360), (1000, 360)]


@pytest.mark.parametrize(("failures", "minutes"), WAITS)
def test_each_failure_doubles_the_wait(failures: int, minutes: int) -> None:
    assert wait_before_retry(failures) == timedelta(minutes=minutes)


ADVICE = """Teille maksetaan 1\u00a0234\u00a0567,05\u00a0€.
Maksupäivä: 3.11.2026
Viite: RF18
Tilitys: 17
Näet tilityksen veloitukset Omatorissa kohdassa Tilitykset.

Vi betalar 1\u00a0234\u00a0567,05\u00a0€ till er.
Betalningsdag: 3.11.2026
Referens: RF18
Redovisning: 17
Debiteringarna i redovisningen finns i Omatori under Redovisningar.
"""


def test_a_payment_advice_is_in_both_languages() -> None:
    assert advice_text(Money(123_456_705), "RF18", 17, date(2026, 11, 3)) == ADVICE
    assert advice_subject(Money(99), "Etelä-Savo", "Södra Savolax") == (
        "Maksu tulossa 0,99\u00a0€ / Betalning på väg: Etelä-Savo / Södra Savolax"
    )


def test_a_day_not_known_yet_is_left_open() -> None:
    assert "Maksupäivä: \n" in advice_text(Money(1), "RF18", 17, None)


def test_a_value_of_the_chain_binds_a_row_to_all_before_it() -> None:
    first, second = digest_of("rivi 1: myönnetty"), digest_of("rivi 2: å")
    assert second == hashlib.sha256("rivi 2: å".encode()).digest()
    value = value_after(value_after(BEGINNING, first), second)
    begun = hashlib.sha256(bytes(32) + first).digest()
    assert value == hashlib.sha256(begun + second).digest()
    assert value != value_after(value_after(BEGINNING, second), first)


def test_a_seal_covers_each_row_and_then_its_numbers() -> None:
    first, second = digest_of("rivi 1"), digest_of("rivi 2")
    of_rows = value_after(value_after(BEGINNING, first), second)
    assert sealed_value(BEGINNING, [first, second], None, None) == of_rows
    assert sealed_value(BEGINNING, [first, second], Numbers(7, 12), None) == value_after(
        of_rows, digest_of("7-12")
    )
    assert sealed_value(BEGINNING, [], Numbers(7, 7), None) == value_after(BEGINNING, digest_of("7-7"))
    assert sealed_value(BEGINNING, [], None, None) == BEGINNING


def test_a_key_is_the_last_step_of_a_seal() -> None:
    without = sealed_value(BEGINNING, [digest_of("rivi 1")], Numbers(7, 12), None)
    keyed = sealed_value(BEGINNING, [digest_of("rivi 1")], Numbers(7, 12), b"key")
    assert keyed == hmac.digest(b"key", without, "sha256")
