"""Checks stored payments against their history, their actors, the invariants and the gateways' books.

The modules do no I/O.
"""
