"""Callers of the product in the simulation: merchants' programs, people who use dashboards, administrators."""
