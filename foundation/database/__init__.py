"""The book: tables, sessions, migrations and the embedded server. It holds no rules."""
