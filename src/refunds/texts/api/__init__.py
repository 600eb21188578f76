"""Texts of the API's description: groups of operations, paths, events, reason codes, remedies."""
