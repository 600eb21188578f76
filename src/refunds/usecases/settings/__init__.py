"""Use cases on tenants and parameters, and the cache of both."""
