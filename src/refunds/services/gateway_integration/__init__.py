"""The gateway-integration service, which submits refunds to gateways and accepts the gateways' webhooks."""
