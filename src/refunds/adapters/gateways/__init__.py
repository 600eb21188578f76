"""Adapters to payment gateways: calls, results, webhooks, circuit breaker."""
