"""Tenants, parameters, secrets, and the messages that settings have changed, in memory."""
