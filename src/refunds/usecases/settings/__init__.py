"""Contains the use cases that add tenants and set parameters, and the cache of tenants and parameters."""
