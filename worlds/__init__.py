"""Deterministic invented worlds for demonstrations and tests: the same seed and clock give the same world.

Nobody in them exists. Names are combined from lists, business IDs begin with a 9 that the register has never
issued, and account numbers have a bank code that no bank uses. All chance comes from one `Random(seed)`.
"""
