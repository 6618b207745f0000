"""The county's pages. Every module with a blueprint is listed here."""

from county_desk.pages import (
    audit_desk,
    cards,
    catalogue,
    claims,
    clients,
    coordinator,
    corrections,
    disputes,
    feedback,
    funding_states,
    granting,
    guardians,
    held_charges,
    help_requests,
    imports,
    letters,
    look_questions,
    messages,
    openings,
    people,
    providers,
    role_invitations,
    search_words,
    settlement_runs,
    settlement_steps,
    support_plans,
    worklist,
)
from foundation.vocabulary.roles import CASEWORK_ROLES, RUN_READERS, SETTLEMENT_ROLES, Role
from foundation.web.extension_points import NavigationItem
from foundation.web.languages import N_

blueprints = [
    worklist.blueprint,
    help_requests.blueprint,
    clients.blueprint,
    guardians.blueprint,
    letters.blueprint,
    look_questions.blueprint,
    support_plans.blueprint,
    funding_states.blueprint,
    granting.blueprint,
    held_charges.blueprint,
    disputes.blueprint,
    feedback.blueprint,
    messages.blueprint,
    providers.blueprint,
    catalogue.blueprint,
    imports.blueprint,
    openings.blueprint,
    search_words.blueprint,
    coordinator.blueprint,
    settlement_runs.blueprint,
    settlement_steps.blueprint,
    claims.blueprint,
    corrections.blueprint,
    audit_desk.blueprint,
    cards.blueprint,
    role_invitations.blueprint,
    people.blueprint,
]
navigation = [
    NavigationItem(
        "county_worklist.show",
        N_("Work"),
        (Role.WORKER,),
        pages=("county_help_requests", "county_look_questions", "county_messages", "county_feedback"),
    ),
    NavigationItem(
        "county_clients.search",
        N_("Clients"),
        (Role.WORKER,),
        pages=(
            "county_clients",
            "county_funding_states",
            "county_guardians",
            "county_cards",
            "county_support_plans.show",
        ),
    ),
    NavigationItem("county_granting.begin", N_("Grant"), (Role.WORKER,)),
    NavigationItem(
        "county_held.show", N_("On hold"), (Role.WORKER,), pages=("county_held", "county_disputes")
    ),
    NavigationItem(
        "county_coordinator.show",
        N_("Money"),
        (Role.COORDINATOR,),
        pages=("county_support_plans.show_goals",),
    ),
    NavigationItem("audit_desk.show", N_("Audit"), (Role.AUDITOR,)),
    NavigationItem("settlement_runs.list_runs", N_("Payment runs"), RUN_READERS, pages=("settlement_steps",)),
    NavigationItem("settlement_steps.give_answer", N_("The bank's answers"), SETTLEMENT_ROLES),
    NavigationItem(
        "county_corrections.list_claims",
        N_("Claims"),
        (Role.SETTLEMENT_OFFICER,),
        pages=("county_corrections", "county_claims"),
    ),
    NavigationItem(
        "county_providers_pages.list_all", N_("Providers"), CASEWORK_ROLES, pages=("county_providers_pages",)
    ),
    NavigationItem(
        "county_catalogue.show",
        N_("Values"),
        CASEWORK_ROLES,
        pages=("county_imports", "county_openings", "county_search_words"),
    ),
    NavigationItem("audit_desk.search_log", N_("Log"), (Role.AUDITOR,)),
    NavigationItem("county_people.list_all", N_("People"), (Role.ADMIN,)),
]
