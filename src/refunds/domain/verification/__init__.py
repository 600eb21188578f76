"""Checks of stored payments against their history, their actors, the invariants and gateways' books. Pure."""
