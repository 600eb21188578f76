"""Adapters that call payment gateways and read results and webhooks.

The circuit breaker of a gateway belongs to this package as well.
"""
