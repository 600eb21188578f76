"""Stores tenants, parameters and secrets in memory, and announces that settings have changed."""
