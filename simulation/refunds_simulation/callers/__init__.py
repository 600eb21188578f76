"""Callers of the product in the simulation: merchants' programs, people at dashboards, administrators."""
