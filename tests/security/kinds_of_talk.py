"""Kinds of object of conversations: messages, and feedback on providers (A2)."""

from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Role

CLIENT, PROVIDER, WORKER = CLIENT_ROLES, PROVIDER_ROLES, (Role.WORKER,)
TALK_KINDS: dict[str, tuple[tuple[Role, ...], tuple[str, ...]]] = {
    "request for a free time over the API": (
        CLIENT,
        (
            "POST /api/v1/me/time-requests/{time_request}/accept",
            "POST /api/v1/me/time-requests/{time_request}/withdraw",
        ),
    ),
    "request for a free time to another provider, over the API": (
        PROVIDER,
        (
            "POST /api/v1/my/time-requests/{time_request}/offer",
            "POST /api/v1/my/time-requests/{time_request}/decline",
        ),
    ),
    "request to the county over the API": (
        CLIENT,
        ("POST /api/v1/me/help-requests/{request}/withdraw",),
    ),
    "request to another county over the API": (
        WORKER,
        ("GET /api/v1/help-requests/{request}", "POST /api/v1/help-requests/{request}/answer"),
    ),
    "question why, to another provider, over the API": (
        PROVIDER,
        (
            "GET /api/v1/look-questions/{provider_question}",
            "POST /api/v1/look-questions/{provider_question}/answer",
        ),
    ),
    "question why, to another county, over the API": (
        WORKER,
        (
            "GET /api/v1/look-questions/{county_question}",
            "POST /api/v1/look-questions/{county_question}/answer",
        ),
    ),
    "conversation with a worker over the API": (
        (*CLIENT, *PROVIDER, *WORKER),
        (
            "GET /api/v1/conversations/{client}-county",
            "GET /api/v1/conversations/{client}-county/messages",
            "POST /api/v1/conversations/{client}-county/messages",
            "POST /api/v1/conversations/{client}-county/read",
        ),
    ),
    "conversation with a provider over the API": (
        (*CLIENT, *PROVIDER, *WORKER),
        (
            "GET /api/v1/conversations/{client}-{provider_id}",
            "GET /api/v1/conversations/{client}-{provider_id}/messages",
            "POST /api/v1/conversations/{client}-{provider_id}/messages",
            "POST /api/v1/conversations/{client}-{provider_id}/read",
        ),
    ),
    "feedback on another provider": (
        PROVIDER,
        (
            "GET /t/palaute/{feedback}",
            "POST /t/palaute/{feedback}",
            "POST /api/v1/my/feedback/{feedback}/answer",
        ),
    ),
    "feedback of another county": (
        WORKER,
        (
            "GET /tt/palaute/{feedback}",
            "POST /tt/palaute/{feedback}",
            "GET /api/v1/feedback/{feedback}",
            "POST /api/v1/feedback/{feedback}/decision",
        ),
    ),
    "feedback on a provider that was not used": (
        (Role.CLIENT,),
        ("GET /palaute/{business_id}", "POST /palaute/{business_id}"),
    ),
    "messages of a provider": (PROVIDER, ("GET /t/viestit/{client}", "POST /t/viestit/{client}")),
    "messages of another county": (WORKER, ("GET /tt/viestit/{client}", "POST /tt/viestit/{client}")),
}
"""Kind → who may use its operations on their own objects, and the operations."""
