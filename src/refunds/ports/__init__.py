"""Interfaces that the use cases need, as Protocols, one per file; no implementations."""
