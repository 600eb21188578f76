"""Ports to tenants, parameters and secrets."""
