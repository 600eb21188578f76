"""Ports to gateways, their books, webhooks and the work queue."""
