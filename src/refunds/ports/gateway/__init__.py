"""Contains the ports to gateways, gateways' books, webhooks and hints."""
