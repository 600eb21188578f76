"""Stores tenants and parameters in MongoDB."""
