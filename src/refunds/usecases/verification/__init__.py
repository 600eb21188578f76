"""Checks of the whole database, and the report of their findings."""
