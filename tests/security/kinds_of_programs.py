"""Keys and addresses of a provider's programs, which belong to it (A2)."""

from foundation.vocabulary.roles import Role

OWNER = (Role.PROVIDER_OWNER,)
PROGRAM_KINDS: dict[str, tuple[tuple[Role, ...], tuple[str, ...]]] = {
    "address of a program": (
        OWNER,
        (
            "GET /api/v1/my/webhooks/{webhook}",
            "PATCH /api/v1/my/webhooks/{webhook}",
            "DELETE /api/v1/my/webhooks/{webhook}",
            "POST /api/v1/my/webhooks/{webhook}/secret",
            "POST /api/v1/my/webhooks/{webhook}/test",
            "GET /api/v1/my/webhooks/{webhook}/deliveries",
            "GET /api/v1/my/webhooks/{webhook}/deliveries/{delivery}",
            "POST /api/v1/my/webhooks/{webhook}/deliveries/{delivery}/resend",
            "GET /t/rajapinta/ilmoitukset/{webhook}",
            "GET /t/rajapinta/ilmoitukset/{webhook}/muuta",
            "POST /t/rajapinta/ilmoitukset/{webhook}/muuta",
            "POST /t/rajapinta/ilmoitukset/{webhook}/salaisuus",
            "POST /t/rajapinta/ilmoitukset/{webhook}/poista",
            "GET /t/rajapinta/ilmoitukset/{webhook}/tauko",
            "POST /t/rajapinta/ilmoitukset/{webhook}/tila",
            "POST /t/rajapinta/ilmoitukset/{webhook}/kokeile",
            "POST /t/rajapinta/ilmoitukset/{webhook}/lahetykset/{delivery}/uudelleen",
        ),
    ),
    "key of a program": (
        OWNER,
        (
            "GET /t/rajapinta/{key}/mitatoi",
            "POST /t/rajapinta/{key}/mitatoi",
            "GET /t/rajapinta/{key}/uusi-salaisuus",
            "POST /t/rajapinta/{key}/uusi-salaisuus",
            "POST /t/rajapinta/{key}/vanha",
        ),
    ),
    "key of a program that is not the county's": (
        (Role.ADMIN,),
        (
            "GET /hallinta/avaimet/{key}/mitatoi",
            "POST /hallinta/avaimet/{key}/mitatoi",
            "GET /hallinta/avaimet/{key}/uusi-salaisuus",
            "POST /hallinta/avaimet/{key}/uusi-salaisuus",
            "POST /hallinta/avaimet/{key}/vanha",
        ),
    ),
}
