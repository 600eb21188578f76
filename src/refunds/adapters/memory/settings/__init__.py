"""Tenants, parameters, secrets, and the messages that say that settings changed, in memory."""
