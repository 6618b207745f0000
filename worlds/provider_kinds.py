"""The kinds of invented providers in the demo world: their services and descriptions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A kind of provider: how many there are, and what they sell; every second one also sells `sometimes`."""

    count: int
    name: str
    services: tuple[str, ...]
    sometimes: tuple[str, ...]
    abouts: tuple[str, ...]
    first_visit: str


PROVIDER_KINDS = (
    ProviderKind(
        8,
        "Avustajat",
        ("PERSONAL_ASSISTANCE",),
        ("HOUSING_SUPPORT",),
        (
            "Vakituiset avustajat, jotka tulevat sovittuun aikaan. Saat valita avustajasi itse.",
            "Avustajia arkeen, opiskeluun ja harrastuksiin. Myös iltaisin ja viikonloppuisin.",
            "Pieni avustajayritys. Tunnemme asiakkaamme nimeltä ja sovimme muutoksista suoraan.",
        ),
        "Avustaja ja esihenkilö tulevat tutustumaan. Käynti kestää tunnin, ja se on maksuton.",
    ),
    ProviderKind(
        8,
        "Kotihoito",
        ("HOME_CARE",),
        ("NIGHT_CARE", "MEALS"),
        (
            "Sama hoitaja käy luonasi mahdollisimman usein. Autamme arjessa kiireettä.",
            "Sairaanhoitajan johtama kotihoito. Lääkkeet, haavat ja arjen apu samasta paikasta.",
            "Kotihoitoa kylillä ja kaupungissa. Tulemme myös järven toiselle puolelle.",
        ),
        "Hoitaja käy kotonasi ja teette yhdessä palvelusuunnitelman.",
    ),
    ProviderKind(
        4,
        "Hoivakoti",
        ("SHORT_TERM_CARE", "COMMUNAL_HOUSING"),
        ("NIGHT_CARE",),
        (
            "Kodikas talo järven rannalla. Oma huone, yhteinen takka ja rauhallinen rytmi.",
            "Lyhytaikaista huolenpitoa kaikenikäisille. Lemmikki saa tulla mukaan.",
        ),
        "Voit tulla tutustumaan ja jäädä lounaalle.",
    ),
    ProviderKind(
        4,
        "Asumisen tuki",
        ("HOUSING_SUPPORT",),
        ("REMOTE_SUPPORT",),
        (
            "Ohjaaja auttaa oman kodin asioissa: raha, ruoka, siivous ja viikon suunnitelma.",
            "Tuemme omaa asumista askel kerrallaan. Ohjaajat tuntevat autismin kirjon.",
        ),
        "Tapaamme kotonasi tai kahvilassa ja mietimme, missä haluat apua.",
    ),
    ProviderKind(
        4,
        "Kyydit",
        ("TRANSPORT",),
        (),
        (
            "Esteettömiä autoja ja tuttuja kuljettajia. Tilaa soittamalla tai viestillä.",
            "Pyörätuolitaksi, jossa on tilaa myös avustajalle ja koiralle.",
        ),
        "Ensimmäisellä kyydillä kuljettaja soittaa ja sopii, miten sinua autetaan.",
    ),
    ProviderKind(
        5,
        "Liike ja taide",
        ("SPORT_AND_CULTURE",),
        (),
        (
            "Vesiliikuntaa, soveltavaa tanssia ja pelejä pienissä ryhmissä.",
            "Musiikkia, maalausta ja teatteria. Jokainen saa olla mukana omalla tavallaan.",
            "Ratsastusta ja luontoretkiä esteettömillä reiteillä.",
        ),
        "Ensimmäinen kerta on tutustumiskerta. Voit ottaa ystävän mukaan.",
    ),
    ProviderKind(
        3,
        "Etätuki",
        ("REMOTE_SUPPORT",),
        (),
        (
            "Tuttu ohjaaja soittaa videopuhelun sovittuun aikaan, myös illalla.",
            "Etäkäyntejä koko hyvinvointialueelle. Lainaamme tabletin, jos sinulla ei ole laitetta.",
        ),
        "Autamme laitteen käyttöön ja teemme koepuhelun yhdessä.",
    ),
    ProviderKind(
        2,
        "Puhe ja kuva",
        ("COMMUNICATION_SUPPORT",),
        (),
        ("Puheterapeutit ja kommunikaatio-ohjaajat opettavat kuvia, laitteita ja selkoviestintää.",),
        "Tutustumme siihen, miten sinä viestit nyt, ja mietimme seuraavan askeleen.",
    ),
    ProviderKind(
        2,
        "Viittomat",
        ("SIGN_LANGUAGE",),
        ("COMMUNICATION_SUPPORT",),
        ("Viittomakieliset opettajat opettavat perhettä kotona, leikkien ja arjen lomassa.",),
        "Opettaja tapaa koko perheen ja sopii tavoitteista.",
    ),
)
