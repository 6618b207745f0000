"""Invented people and companies: common first names, with surnames and company names that nobody has."""

from __future__ import annotations

import unicodedata
from random import Random

FIRST_NAMES = (
    "Aino",
    "Eero",
    "Helmi",
    "Onni",
    "Lyyli",
    "Toivo",
    "Saara",
    "Oiva",
    "Hilja",
    "Veikko",
    "Elina",
    "Juhani",
    "Marja",
    "Kalle",
    "Tuuli",
    "Antti",
    "Sofia",
    "Mikael",
    "Anja",
    "Pekka",
    "Ritva",
    "Olavi",
    "Siiri",
    "Lauri",
    "Inkeri",
    "Matti",
    "Kerttu",
    "Jaakko",
    "Aurora",
    "Ilmari",
    "Vappu",
    "Eino",
    "Noora",
    "Heikki",
    "Tyyne",
    "Jere",
    "Alma",
    "Sampo",
    "Ingrid",
    "Axel",
    "Linnea",
    "Oskar",
    "Salla",
    "Tapio",
    "Fatima",
    "Nils",
    "Iida",
    "Arvo",
)
SURNAMES = (
    "Kuikkaharju",
    "Lepposaari",
    "Tuohimetsä",
    "Hallasuo",
    "Järvikorento",
    "Pihlajanotko",
    "Savikoskela",
    "Kaislaranne",
    "Untuvavuori",
    "Mustikkajoki",
    "Kirkaslampi",
    "Heinäsirkka-Laine",
    "Sammalkivelä",
    "Poutapelto",
    "Vaahterikko",
    "Kielolahde",
    "Tervaleppäaho",
    "Rantakuikka",
    "Lumivirta-Aho",
    "Hopeahonkala",
    "Kultasiipelä",
    "Ukonkivelä",
    "Syysmarjala",
    "Puolukkaharjula",
    "Kajavalinna",
    "Saraheinä",
    "Utusalmela",
    "Kuuralehdokki",
    "Talvitiekoski",
    "Orvokkila-Suo",
    "Ruskavaara",
    "Tyynilampi",
    "Havupuro",
    "Katajasyrjä",
    "Aallonvarsi",
    "Björkskärholm",
    "Ängsvikström",
    "Strandlundby",
    "Hallonkulla",
    "Måsörn",
)
COMPANY_WORDS = (
    "Kuikanpesä",
    "Tuulenhalaus",
    "Aurinkotupa",
    "Lempeäkäsi",
    "Pilvipouta",
    "Saimaanhelmi",
    "Kotikynnys",
    "Arjenapu",
    "Helmenvalo",
    "Käsikynkkä",
    "Rantakoto",
    "Hyvänmielen",
    "Taitotupa",
    "Oivaraide",
    "Sointula",
    "Kiirehetkeä",
    "Norppapolku",
    "Puurojapulla",
    "Vapaakyyti",
    "Liikunnanilo",
    "Kuvaruutu",
    "Puhekupla",
    "Viittoma-aitta",
    "Valoisatupa",
    "Selkeäsana",
    "Järvikoti",
    "Yökyöpeli",
    "Mäntymetsä",
    "Kulkuri-apu",
    "Sanapaja",
    "Pirtinlämpö",
    "Hellähoiva",
    "Rauhanranta",
    "Reipasmieli",
    "Toiveikas",
    "Ystäväntupa",
    "Sisukas",
    "Metsätähti",
    "Tukipuu",
    "Kantosiipi",
)


class PersonNames:
    """A shuffled supply of full names, each used once."""

    def __init__(self, random: Random) -> None:
        self._names = [f"{first} {last}" for first in FIRST_NAMES for last in SURNAMES]
        random.shuffle(self._names)

    def next(self) -> str:
        """Return the next unused name."""
        return self._names.pop()


def ascii_letters(text: str) -> str:
    """Return the text in lower-case ASCII letters, digits and full stops, as in an email address."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return ".".join("".join(c if c.isalnum() else " " for c in plain).split())
