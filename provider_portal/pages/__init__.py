"""The provider's pages."""

from foundation.vocabulary.roles import PROVIDER_ROLES, PROVIDER_WORKERS
from foundation.web.extension_points import NavigationItem
from foundation.web.languages import N_
from provider_portal.pages import (
    alerts,
    applications,
    applying,
    assigning,
    bank_account,
    calendar_feeds,
    charge_list,
    charge_one,
    colleague_invitations,
    company,
    corrections,
    disputes,
    feedback,
    keys,
    look_questions,
    mappings,
    messages,
    offerings,
    own_visits,
    people,
    price_import,
    settlements,
    stripe_account,
    time_requests,
    today,
    uploads,
    video_links,
    visits,
)

blueprints = [
    today.blueprint,
    alerts.blueprint,
    time_requests.blueprint,
    visits.blueprint,
    video_links.blueprint,
    look_questions.blueprint,
    charge_one.blueprint,
    charge_list.blueprint,
    corrections.blueprint,
    disputes.blueprint,
    feedback.blueprint,
    messages.blueprint,
    uploads.blueprint,
    mappings.blueprint,
    settlements.blueprint,
    bank_account.blueprint,
    stripe_account.blueprint,
    offerings.blueprint,
    price_import.blueprint,
    company.blueprint,
    keys.blueprint,
    people.blueprint,
    assigning.blueprint,
    own_visits.blueprint,
    calendar_feeds.blueprint,
    colleague_invitations.blueprint,
    applications.blueprint,
    applying.blueprint,
]
navigation = [
    NavigationItem(
        "provider_today.show",
        N_("Today"),
        PROVIDER_ROLES,
        pages=(
            "provider_alerts",
            "provider_visits_pages",
            "provider_video_links",
            "provider_times",
            "provider_look_questions",
            "provider_calendar",
            "provider_messages",
            "provider_feedback",
        ),
    ),
    NavigationItem(
        "provider_own_visits.show", N_("My visits"), PROVIDER_WORKERS, pages=("provider_calendar",)
    ),
    NavigationItem(
        "provider_charge_one.show",
        N_("Charge a visit"),
        PROVIDER_ROLES,
        pages=("provider_uploads", "provider_mappings"),
    ),
    NavigationItem(
        "provider_charges_list.list_all", N_("Charges"), PROVIDER_ROLES, pages=("provider_disputes",)
    ),
    NavigationItem("provider_settlements_pages.list_all", N_("Settlements"), PROVIDER_ROLES),
    NavigationItem("provider_offerings_pages.list_all", N_("Services"), PROVIDER_ROLES),
    NavigationItem(
        "provider_company.show",
        N_("Company"),
        PROVIDER_ROLES,
        pages=(
            "provider_company",
            "provider_keys",
            "provider_people",
            "provider_assigning",
            "provider_applications",
        ),
    ),
]
