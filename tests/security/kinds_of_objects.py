"""Kinds of object that belong to somebody: who may use their operations, and each operation on them (A2)."""

from foundation.vocabulary.roles import Role
from tests.security.kinds_of_bills import BILL_KINDS
from tests.security.kinds_of_people import PEOPLE_KINDS
from tests.security.kinds_of_talk import TALK_KINDS

CLIENT, PROVIDER = (Role.CLIENT, Role.REPRESENTATIVE), (Role.PROVIDER_BILLER, Role.PROVIDER_OWNER)
OWNER, WORKER = (Role.PROVIDER_OWNER,), (Role.WORKER,)
OFFICER, APPROVER = (Role.SETTLEMENT_OFFICER,), (Role.SETTLEMENT_APPROVER,)
SAVED = (".csv", ".xlsx", ".pdf", ".xml")
KINDS: dict[str, tuple[tuple[Role, ...], tuple[str, ...]]] = {
    "voucher of a client": (
        CLIENT,
        (
            "GET /api/v1/fundings/{voucher}",
            "GET /api/v1/fundings/{voucher}/movements",
            "POST /api/v1/fundings/{voucher}/choices",
            "GET /api/v1/offerings?voucher={voucher}",
        ),
    ),
    "voucher on a client's page": (
        (Role.CLIENT,),
        ("GET /oma/seteli/{voucher}", "GET /oma/seteli/{voucher}/tapahtumat"),
    ),
    "choice": (CLIENT, ("DELETE /api/v1/choices/{choice}",)),
    "choice on a client's page": (
        (Role.CLIENT,),
        (
            "GET /oma/valinta/{choice}/lopeta",
            "GET /oma/valinta/{choice}/toinen",
            "POST /oma/valinta/{choice}/lopeta",
            "GET /valitse/valmis/{choice}",
        ),
    ),
    "charge of a client": (
        CLIENT,
        (
            "POST /api/v1/charges/{charge}/confirm",
            "POST /api/v1/charges/{charge}/dispute",
        ),
    ),
    "charge on a client's page": (
        (Role.CLIENT,),
        (
            "GET /kulut/{charge}/ei-oikein",
            "POST /kulut/{charge}/ei-oikein",
            "POST /kulut/{charge}/oikein",
        ),
    ),
    "request to the county": ((Role.CLIENT,), ("POST /valitse/pyynto/{request}/peru",)),
    "request to another county": (WORKER, ("GET /tt/pyynto/{request}", "POST /tt/pyynto/{request}")),
    "early warning to another county": (
        WORKER,
        (
            "GET /tt/halytys/{alert}",
            "POST /tt/halytys/{alert}",
            "GET /tt/halytys/tuottaja/{alert}",
            "POST /tt/halytys/tuottaja/{alert}",
        ),
    ),
    "own goal": (
        (Role.CLIENT,),
        (
            "GET /suunnitelma/tavoite/{goal}",
            "POST /suunnitelma/tavoite/{goal}",
            "POST /suunnitelma/tavoite/{goal}/poista",
        ),
    ),
    "charge of a provider": (
        PROVIDER,
        (
            "GET /api/v1/charges/{charge}",
            "POST /api/v1/charges/{charge}/withdraw",
            "POST /api/v1/charges/{charge}/corrections",
            "GET /t/kirjaukset/{charge}",
            "GET /t/kirjaukset/{charge}/korjaa",
            "POST /t/kirjaukset/{charge}/korjaa",
            "POST /t/kirjaukset/{charge}/peru",
            "POST /t/korjattavat/{charge}/ei-veloiteta",
            "POST /t/korjattavat/{charge}/palauta",
        ),
    ),
    "early warning to another provider": (
        PROVIDER,
        ("GET /t/halytys/{alert}", "POST /t/halytys/{alert}"),
    ),
    "charge file": (
        PROVIDER,
        (
            "GET /api/v1/charge-files/{file}",
            *(f"GET /api/v1/charge-files/{{file}}/{end}" for end in ("refused.csv", "refused", "answer.csv")),
            "GET /t/tuo/lahetetty/{file}",
            *(f"POST /api/v1/charge-files/{{file}}/{act}" for act in ("stop", "resume")),
            *(f"POST /t/tuo/lahetetty/{{file}}/{act}" for act in ("pysayta", "jatka")),
            *(f"GET /t/tuo/lahetetty/{{file}}/{end}" for end in ("hylatyt.csv", "vastaus.csv")),
            "GET /t/tuo/lahetetty/{file}/hylatyt.tiedosto",
        ),
    ),
    "uploaded file": (
        PROVIDER,
        (
            "GET /t/tuo/{upload}",
            "POST /t/tuo/{upload}",
            "GET /t/tuo/{upload}/sarakkeet",
            "POST /t/tuo/{upload}/sarakkeet",
            "POST /t/tuo/{upload}/unohda",
            "POST /t/tuo/{upload}/pysayta",
            "POST /t/tuo/{upload}/kokeile",
            "GET /api/v1/charge-files/dry-runs/{upload}",
            "DELETE /api/v1/charge-files/dry-runs/{upload}",
            "POST /api/v1/charge-files/dry-runs/{upload}/take-in",
        ),
    ),
    "settlement": (
        PROVIDER,
        (
            *(f"GET /api/v1/settlements/{{settlement}}{end}" for end in ("", ".json", *SAVED)),
            *(f"GET /t/tilitykset/{{settlement}}{end}" for end in ("", *SAVED)),
        ),
    ),
    "offering": (
        PROVIDER,
        (
            "GET /api/v1/my/offerings/{offering}",
            "PATCH /api/v1/my/offerings/{offering}",
            "GET /t/palvelut/{offering}",
            "GET /t/palvelut/{offering}/muokkaa",
            "POST /t/palvelut/{offering}/muokkaa",
        ),
    ),
    "price": (
        OWNER,
        (
            "GET /api/v1/my/prices/{price}",
            "PATCH /api/v1/my/prices/{price}",
            "POST /t/palvelut/{offering}/hinnat",
            "POST /t/palvelut/{offering}/hinnat/{price}/peru",
        ),
    ),
    "voucher of another county": (
        WORKER,
        (
            "GET /api/v1/fundings/{voucher}",
            "POST /api/v1/fundings/{voucher}/pause",
            "POST /api/v1/fundings/{voucher}/open",
            "POST /api/v1/fundings/{voucher}/close",
            "POST /api/v1/fundings/{voucher}/revoke",
            "GET /tt/seteli/{voucher}/keskeyta",
            "POST /tt/seteli/{voucher}/keskeyta",
        ),
    ),
    "charge of another county": (
        WORKER,
        (
            "GET /api/v1/charges/{charge}",
            "POST /api/v1/charges/{charge}/admit",
            "POST /api/v1/charges/{charge}/refuse",
            "GET /tt/selvitettava/{charge}",
            "POST /tt/selvitettava/{charge}",
        ),
    ),
    "client of another county": (
        WORKER,
        (
            "GET /tt/asiakas/{client}",
            "POST /tt/asiakas/{client}",
            "GET /tt/asiakas/{client}/edunvalvoja",
            "POST /tt/asiakas/{client}/edunvalvoja",
            "GET /tt/asiakas/{client}/edunvalvoja/{mandate}",
            "POST /tt/asiakas/{client}/edunvalvoja/{mandate}",
            "POST /tt/asiakas/{client}/edunvalvoja/{mandate}/lopeta",
            "POST /tt/asiakas/{client}/edunvalvoja/kutsu/{invitation}/peru",
            "POST /tt/asiakas/{client}/edunvalvoja/kirje",
            "GET /tt/asiakas/{client}/tunnus",
            "POST /tt/asiakas/{client}/tunnus",
            "POST /tt/asiakas/{client}/tunnus/kirje",
            "POST /tt/asiakas/{client}/tunnus/{invitation}/peru",
            "GET /tt/asiakas/{client}/suunnitelma",
            "GET /tt/asiakas/{client}/kortti",
            "POST /tt/asiakas/{client}/kortti",
        ),
    ),
    "mandate": (
        (Role.CLIENT,),
        (
            "GET /auttajat/{mandate}",
            "POST /auttajat/{mandate}",
            "GET /auttajat/{mandate}/lopeta",
            "POST /auttajat/{mandate}/lopeta",
        ),
    ),
    "proposal": (
        (Role.CLIENT,),
        (
            "GET /ehdotukset/{proposal}",
            "POST /ehdotukset/{proposal}/hylkaa",
            "POST /ehdotukset/{proposal}/peru",
            "POST /ehdotukset/{proposal}/kommentti",
            "POST /ehdotukset/{proposal}/kommentti/{comment}/poista",
        ),
    ),
    "invitation": ((Role.CLIENT,), ("POST /auttajat/kutsut/{invitation}/peru",)),
    "client without a mandate": ((Role.REPRESENTATIVE,), ("POST /puolesta/{client}",)),
    "payment run": (
        OFFICER,
        (
            "GET /api/v1/payment-runs/{run}",
            "GET /api/v1/payment-runs/{run}/bank-file",
            "GET /mt/ajot/{run}",
            "GET /mt/ajot/{run}/peru",
            "POST /mt/ajot/{run}/peru",
            "POST /mt/ajot/{run}/tiedosto",
        ),
    ),
    "payment run to approve": (
        APPROVER,
        ("POST /api/v1/payment-runs/{run}/approve", "POST /mt/ajot/{run}/hyvaksy"),
    ),
    "row of a payment run": (
        OFFICER,
        (
            "GET /mt/ajot/{run}/pidata/{settlement}",
            "POST /mt/ajot/{run}/pidata/{settlement}",
            "POST /mt/ajot/{run}/palauta/{settlement}",
        ),
    ),
    "thread of a client": (
        (Role.CLIENT,),
        ("GET /kulut/{charge}/keskustelu", "POST /kulut/{charge}/keskustelu"),
    ),
    "thread of a provider": (
        PROVIDER,
        (
            "GET /api/v1/charges/{charge}/thread",
            "GET /t/kirjaukset/{charge}/keskustelu",
            "POST /t/kirjaukset/{charge}/keskustelu",
        ),
    ),
    "thread of another county": (
        WORKER,
        (
            "GET /api/v1/charges/{charge}/thread",
            "GET /tt/selvitettava/{charge}/keskustelu",
            "POST /tt/selvitettava/{charge}/keskustelu",
        ),
    ),
    "thread over the API": (CLIENT, ("GET /api/v1/charges/{charge}/thread",)),
    "messages with a provider that was not chosen": (
        (Role.CLIENT,),
        (
            "GET /viestit/palveluntuottaja/{provider_id}",
            "POST /viestit/palveluntuottaja/{provider_id}",
        ),
    ),
    "request for a free time": ((Role.CLIENT,), ("POST /ajat/pyynto/{time_request}/peru",)),
    "request to another provider": (
        PROVIDER,
        ("GET /t/aikapyynnot/{time_request}", "POST /t/aikapyynnot/{time_request}"),
    ),
    "card": (CLIENT, ("DELETE /api/v1/me/cards/{card}",)),
    "planned visit": (
        (Role.CLIENT,),
        (
            "GET /kaynnit/{visit}/siirra",
            "POST /kaynnit/{visit}/siirra",
            "GET /kaynnit/{visit}/peru",
            "POST /kaynnit/{visit}/peru",
            "POST /kaynnit/{visit}/palauta",
        ),
    ),
    "planned visit of a provider": (
        PROVIDER,
        (
            "POST /t/kaynnit/{visit}/tehty",
            "POST /t/kaynnit/{visit}/tehty/jono",
            "GET /t/kaynnit/{visit}/ei-toteutunut",
            "POST /t/kaynnit/{visit}/ei-toteutunut",
        ),
    ),
    "planned visit over the API": (CLIENT, ("POST /api/v1/visits/{visit}/restore",)),
    "question why, to a provider": (
        PROVIDER,
        ("GET /t/kysymys/{provider_question}", "POST /t/kysymys/{provider_question}"),
    ),
    "question why, to a county": (
        WORKER,
        ("GET /tt/kysymys/{county_question}", "POST /tt/kysymys/{county_question}"),
    ),
    "payment with an open answer": (APPROVER, ("POST /mt/ajot/{run}/vastaus/{payment}",)),
} | (TALK_KINDS | PEOPLE_KINDS | BILL_KINDS)
"""Kind → who may use its operations on their own objects, and the operations."""
