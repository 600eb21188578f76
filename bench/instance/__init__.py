"""Finds or starts the instance under test, and creates tenants and payments through its own API."""
