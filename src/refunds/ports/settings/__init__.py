"""Contains the ports to tenants, parameters and secrets."""
