"""Adapters to payment gateways. They call gateways and read results and webhooks.

The circuit breaker is here as well.
"""
