"""The product, composed as its services compose it, and the servers and gateways that it calls."""
