"""Invoices of own shares that belong to somebody: who may use their operations, and each operation (A2)."""

from foundation.vocabulary.roles import Role

CLIENT, PROVIDER = (Role.CLIENT, Role.REPRESENTATIVE), (Role.PROVIDER_BILLER, Role.PROVIDER_OWNER)
BILL_KINDS: dict[str, tuple[tuple[Role, ...], tuple[str, ...]]] = {
    "bill of a client": (CLIENT, ("GET /api/v1/me/co-payments/{invoice_id}.pdf",)),
    "bill on a client's page": (
        (Role.CLIENT,),
        (
            "GET /omavastuu/{invoice_id}",
            "POST /omavastuu/{invoice_id}/maksa",
            "GET /omavastuu/{invoice_id}/palaa",
            "GET /omavastuu/{invoice_id}.pdf",
            "GET /omavastuu/hyvitys/{note_id}.pdf",
        ),
    ),
    "invoice of own shares": (
        PROVIDER,
        (
            "GET /api/v1/my/co-payment-invoices/{invoice_id}",
            "GET /api/v1/my/co-payment-invoices/{invoice_id}.pdf",
            "GET /api/v1/my/co-payment-credit-notes/{note_id}.pdf",
            "POST /api/v1/my/co-payment-invoices/{invoice_id}/credit",
            "POST /api/v1/my/co-payment-invoices/{invoice_id}/receipts",
            "DELETE /api/v1/my/co-payment-invoices/{invoice_id}/receipts/{receipt_id}",
            "POST /api/v1/my/co-payment-invoices/{invoice_id}/returned",
            "GET /t/omavastuut/uusi/{client}/2026-11",
            "POST /t/omavastuut/uusi/{client}/2026-11",
            "GET /t/omavastuut/{invoice_id}",
            "GET /t/omavastuut/{invoice_id}.pdf",
            "GET /t/omavastuut/hyvitys/{note_id}.pdf",
            "POST /t/omavastuut/{invoice_id}/maksettu",
            "POST /t/omavastuut/{invoice_id}/hyvita",
            "POST /t/omavastuut/{invoice_id}/palautunut/owed/500",
            "POST /t/omavastuut/{invoice_id}/maksut/{receipt_id}/peru",
        ),
    ),
}
