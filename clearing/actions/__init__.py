"""Verbs: load → decide → write. They take a session, the actor and the time, and never commit."""
