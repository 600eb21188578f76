"""Webhooks that could not be read, on MongoDB."""
