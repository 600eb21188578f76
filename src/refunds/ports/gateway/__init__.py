"""Ports to gateways, their books, webhooks and hints."""
