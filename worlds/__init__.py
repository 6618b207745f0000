"""Deterministic invented worlds for demonstration and tests: the same seed and clock give the same world.

Nobody in them exists: names are put together from lists, business IDs begin with a 9 that the register has
never given, accounts lie at a bank code that no bank has. Chance comes from one `Random(seed)` handed down.
"""
