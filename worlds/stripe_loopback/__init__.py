"""A small server that answers as Stripe does, for tests and the demo. Production never starts it.

What it takes and gives is read from the types of the installed SDK, so that a new version of it that changes
a parameter that we use fails a test.
"""
