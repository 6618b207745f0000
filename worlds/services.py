"""The catalogue of services, and the counties' unit values (from real tables of 2021-2023)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.services import CountyService, Service, ServiceValue
from worlds.municipalities import TIME_CLASSES


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service: names in fi, sv, en; descriptions also in plain Finnish; `values` in cents by time class.

    `cap_percent` of the value is the highest price (None: no cap).
    """

    id: int
    code: str
    unit: str
    vat_kind: str
    free_of_charge: bool
    names: tuple[str, str, str]
    abouts: tuple[str, str, str, str]
    values: dict[str, int]
    cap_percent: int | None = None


HOURLY = ("weekday", "evening", "night", "saturday", "sunday_or_holiday", "saturday_evening")


def _hourly(*cents: int) -> dict[str, int]:
    return dict(zip(HOURLY, cents, strict=True))


SERVICES = (
    ServicePlan(
        1,
        "PERSONAL_ASSISTANCE",
        "hour",
        "exempt",
        True,
        ("Henkilökohtainen apu", "Personlig assistans", "Personal assistance"),
        (
            "Avustaja auttaa arjessa, työssä, opinnoissa ja vapaa-ajalla asiakkaan omien valintojen mukaan.",
            "En assistent hjälper i vardagen, arbetet, studierna och på fritiden enligt dina egna val.",
            "An assistant helps in daily life, work, studies and free time, as the client decides.",
            "Avustaja auttaa sinua. Sinä päätät, mitä teette. Apu on sinulle maksutonta.",
        ),
        _hourly(2_100, 2_100, 2_630, 2_100, 4_200, 2_100),
    ),
    ServicePlan(
        2,
        "HOME_CARE",
        "hour",
        "exempt",
        False,
        ("Kotihoito", "Hemvård", "Home care"),
        (
            "Hoitaja käy kotona ja auttaa peseytymisessä, pukeutumisessa, ruokailussa ja lääkkeissä.",
            "En vårdare kommer hem och hjälper med hygien, påklädning, måltider och mediciner.",
            "A nurse visits the home and helps with washing, dressing, meals and medicines.",
            "Hoitaja tulee kotiisi. Hän auttaa pesussa ja ruoassa. Hän auttaa myös lääkkeissä.",
        ),
        _hourly(3_600, 4_140, 5_400, 4_320, 7_200, 7_200),
        140,
    ),
    ServicePlan(
        3,
        "SHORT_TERM_CARE",
        "day",
        "exempt",
        True,
        ("Lyhytaikainen huolenpito", "Kortvarig omsorg", "Short-term care"),
        (
            "Vuorokauden mittainen huolenpito kodin ulkopuolella, kun läheinen lepää tai on poissa.",
            "Omsorg dygnet runt utanför hemmet när en närstående vilar eller är borta.",
            "Care round the clock away from home while a family member rests or is away.",
            "Asut hetken muualla. Siellä sinusta pidetään huolta. Läheinen saa levätä.",
        ),
        {"any": 16_000},
    ),
    ServicePlan(
        4,
        "HOUSING_SUPPORT",
        "hour",
        "exempt",
        False,
        ("Tuettu asuminen", "Boendestöd", "Housing support"),
        (
            "Ohjaaja tukee omassa kodissa asumista: raha-asioita, siivousta, ruokaa ja viikon suunnittelua.",
            "En handledare stöder boendet i eget hem: ekonomi, städning, mat och veckans planering.",
            "A counsellor supports living in one's own home: money, cleaning, food, planning the week.",
            "Ohjaaja auttaa kotona. Teette yhdessä viikon suunnitelman. Harjoittelette raha-asioita.",
        ),
        _hourly(3_350, 3_860, 5_580, 4_060, 5_580, 4_570),
        130,
    ),
    ServicePlan(
        5,
        "TRANSPORT",
        "km",
        "reduced",
        False,
        ("Liikkumisen tuki", "Stöd för rörlighet", "Transport support"),
        (
            "Matka taksilla tai esteettömällä autolla kotiovelta perille, kuljettaja auttaa sisään ja ulos.",
            "Resa med taxi eller tillgänglig bil från dörr till dörr, föraren hjälper in och ut.",
            "A ride by taxi or accessible car from door to door; the driver helps in and out.",
            "Auto vie sinut perille. Kuljettaja auttaa sinut autoon. Hän auttaa myös ulos.",
        ),
        {"any": 185},
        160,
    ),
    ServicePlan(
        6,
        "SPORT_AND_CULTURE",
        "visit",
        "reduced",
        False,
        ("Liikunta ja kulttuuri", "Idrott och kultur", "Sport and culture"),
        (
            "Ohjattu liikunta-, musiikki- tai taideryhmä, jossa on tilaa apuvälineille ja avustajalle.",
            "Ledd motions-, musik- eller konstgrupp med plats för hjälpmedel och assistent.",
            "A led group of sport, music or art, with room for aids and an assistant.",
            "Ryhmässä liikut tai teet taidetta. Ohjaaja auttaa. Avustaja voi tulla mukaan.",
        ),
        {"any": 2_500},
    ),
    ServicePlan(
        7,
        "REMOTE_SUPPORT",
        "visit",
        "exempt",
        False,
        ("Etätuki videopuhelulla", "Distansstöd per videosamtal", "Remote support by video call"),
        (
            "Ohjaaja tai hoitaja soittaa videopuhelun sovittuun aikaan ja auttaa päivän asioissa.",
            "En handledare eller vårdare ringer ett videosamtal på avtalad tid och hjälper med dagen.",
            "A counsellor or nurse calls by video at the agreed time and helps with the day.",
            "Ohjaaja soittaa sinulle. Näette toisenne kuvassa. Puhutte päivän asioista.",
        ),
        {"any": 1_850},
        150,
    ),
    ServicePlan(
        8,
        "COMMUNICATION_SUPPORT",
        "hour",
        "exempt",
        True,
        ("Kommunikoinnin tuki", "Kommunikationsstöd", "Communication support"),
        (
            "Puhetta tukevien keinojen, kuvien ja laitteiden opettelua kotona ja lähipiirissä.",
            "Inlärning av stöd för tal, bilder och hjälpmedel hemma och med närstående.",
            "Learning ways that support speech, pictures and devices, at home and with family.",
            "Opettelette kuvia ja laitteita. Niillä voit kertoa asioita. Läheinen oppii samalla.",
        ),
        _hourly(5_200, 5_200, 5_200, 5_200, 5_200, 5_200),
    ),
    ServicePlan(
        9,
        "SIGN_LANGUAGE",
        "hour",
        "exempt",
        True,
        ("Viittomakielen opetus kotiin", "Teckenspråksundervisning hemma", "Sign language taught at home"),
        (
            "Opettaja tulee kotiin ja opettaa viittomakieltä tai viitottua puhetta koko perheelle.",
            "En lärare kommer hem och undervisar hela familjen i teckenspråk eller tecken som stöd.",
            "A teacher comes home and teaches the whole family sign language or signed speech.",
            "Opettaja tulee kotiisi. Hän opettaa viittomia. Koko perhe voi oppia.",
        ),
        {"any": 5_800},
    ),
    ServicePlan(
        10,
        "COMMUNAL_HOUSING",
        "month",
        "exempt",
        False,
        ("Yhteisöllinen asuminen", "Gemenskapsboende", "Communal housing"),
        (
            "Oma asunto talossa, jossa on yhteisiä tiloja ja ohjelmaa sekä apua päivällä.",
            "Egen bostad i ett hus med gemensamma utrymmen och program samt hjälp på dagen.",
            "A home of one's own in a house with shared rooms and activities, and help by day.",
            "Sinulla on oma koti. Talossa on yhteisiä tiloja. Päivällä saat apua.",
        ),
        {"any": 228_000},
    ),
    ServicePlan(
        11,
        "NIGHT_CARE",
        "night",
        "exempt",
        False,
        ("Yöhoito", "Nattvård", "Night care"),
        (
            "Hoitaja on yön kotona tai käy sovittuina aikoina, jotta yö on turvallinen.",
            "En vårdare är hemma över natten eller kommer på avtalade tider så att natten är trygg.",
            "A nurse stays the night or visits at agreed times, so that the night is safe.",
            "Hoitaja on luonasi yöllä. Voit nukkua rauhassa. Hän auttaa tarvittaessa.",
        ),
        {"any": 12_000},
        150,
    ),
    ServicePlan(
        12,
        "MEALS",
        "piece",
        "reduced",
        False,
        ("Ateriapalvelu", "Måltidsservice", "Meals at home"),
        (
            "Lämmin ateria tuodaan kotiin. Erityisruokavaliot otetaan huomioon.",
            "En varm måltid levereras hem. Specialdieter beaktas.",
            "A warm meal is brought home. Special diets are taken into account.",
            "Ruoka tuodaan kotiisi. Ruoka on lämmintä. Kerro, mitä et voi syödä.",
        ),
        {"any": 740},
        175,
    ),
)

BY_CODE = {service.code: service for service in SERVICES}


def write_services(session: Session) -> None:
    """Write the catalogue, which all counties share."""
    session.add_all(_service(plan) for plan in SERVICES)
    session.flush()


def _service(plan: ServicePlan) -> Service:
    fi, sv, en = plan.names
    about_fi, about_sv, about_en, about_selko = plan.abouts
    return Service(
        id=plan.id,
        code=plan.code,
        unit=plan.unit,
        vat_kind=plan.vat_kind,
        free_of_charge=plan.free_of_charge,
        name_fi=fi,
        name_sv=sv,
        name_en=en,
        about_fi=about_fi,
        about_sv=about_sv,
        about_en=about_en,
        about_selko=about_selko,
    )


def write_values(session: Session, county_id: int, classes: frozenset[str], first: date) -> None:
    """Write that a county offers every service, and its values from a day, by the classes of its calendar."""
    keys = {code: key for key, code, *_ in TIME_CLASSES}
    for plan in SERVICES:
        session.add(CountyService(county_id=county_id, service_id=plan.id))
        session.add_all(
            ServiceValue(
                county_id=county_id,
                service_id=plan.id,
                time_class_id=keys[time_class],
                unit_value_cents=cents,
                price_cap_cents=None if plan.cap_percent is None else cents * plan.cap_percent // 100,
                valid=days(first, None),
            )
            for time_class, cents in plan.values.items()
            if time_class in classes
        )
    session.flush()
