"""Checks the whole database and reports the findings."""
