"""The kinds of data that have a rule of how long they are kept."""

from enum import StrEnum


class Kind(StrEnum):
    """A kind of data. The value is stored with the counts: never change one."""

    SESSIONS = "sessions"
    DRAFTS = "drafts"
    LOG_IN_ATTEMPTS = "log_in_attempts"
    PASSWORD_RESETS = "password_resets"  # noqa: S105 - no password
    ANSWERS = "answers"
    SENT_MAIL = "sent_mail"
    UPLOADS = "uploads"
    STOPPED_FILES = "stopped_files"
    INVITATIONS_TO_HELP = "invitations_to_help"
    INVITATIONS_OF_CLIENTS = "invitations_of_clients"
    INVITATIONS_OF_STAFF = "invitations_of_staff"
    INVITATIONS_OF_COMPANIES = "invitations_of_companies"
    APPLICATIONS = "applications"
    PAPERS = "papers"
    WARNINGS = "warnings"
    TIME_REQUESTS = "time_requests"
    HELP_REQUESTS = "help_requests"
    SUGGESTIONS = "suggestions"
    CARDS = "cards"
    CALENDARS = "calendars"
    WEBHOOK_DELIVERIES = "webhook_deliveries"
    SUPPORT_PLANS = "support_plans"
    PEOPLE = "people"
    MESSAGES = "messages"
    LOOKS = "looks"
    CLIENT_RECORDS = "client_records"
    CARD_ATTEMPTS = "card_attempts"
    BILLS = "bills"
    BOOKS = "books"
