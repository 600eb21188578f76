"""Checks of the whole database, and what each finding means."""
