"""The columns of senders are known by their names in three languages, each once."""

from __future__ import annotations

from collections import Counter

import pytest

from provider_portal.rules.charge_columns import FILE_COLUMNS
from provider_portal.rules.likely_columns import SENDERS_NAMES, likely_columns

HEADS = {
    "Finnish": "Viite;Seteli;Palvelu;Päivä;Alku;Loppu;Määrä;Yksikkö;Hinta;Yhteensä",
    "Finnish, with units": (
        "VIITE;Palveluseteli;Palvelukoodi;Pvm;klo alkaen;klo asti;Määrä (h);Yks.;à-hinta (€);Summa €"
    ),
    "Swedish": "Referens;Servicesedel;Tjänst;Datum;Börjar;Slutar;Mängd;Enhet;Enhetspris;Belopp",
    "English": (
        "Your reference;Voucher code;Service code;Service date;Start time;End time"
        ";Hours;Unit;Unit price;Total"
    ),
    "ours": "reference;voucher;service;service_day;start;end;quantity;unit;unit_price;total",
}


@pytest.mark.parametrize("language", HEADS)
def test_the_names_of_senders_are_known(language: str) -> None:
    head = HEADS[language].split(";")
    ours = FILE_COLUMNS[: len(head)]
    assert [likely_columns(FILE_COLUMNS, head, {})[column] for column in ours] == head


def test_our_own_names_come_first_and_a_column_is_used_once() -> None:
    found = likely_columns(("total", "unit_price"), ("Summa", "Hinta", "unit_price"), {})
    assert found == {"total": "Summa", "unit_price": "unit_price"}
    assert likely_columns(("quantity", "total"), ("Antal", "Antal timmar"), {}) == {
        "quantity": "Antal",
        "total": "",
    }


def test_the_readers_own_words_are_known() -> None:
    assert likely_columns(("note",), ("Lisää käynnistä",), {"note": "Lisää käynnistä"}) == {
        "note": "Lisää käynnistä"
    }


def test_no_word_means_two_columns() -> None:
    words = Counter(word for names in SENDERS_NAMES.values() for word in names)
    assert [word for word, count in words.items() if count > 1] == []
    assert set(SENDERS_NAMES) <= set(FILE_COLUMNS)
