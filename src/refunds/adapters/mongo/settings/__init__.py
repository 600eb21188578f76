"""Tenants and parameters on MongoDB."""
