"""Commands on tenants and parameters."""
