"""Webhooks that cannot be read, on MongoDB."""
