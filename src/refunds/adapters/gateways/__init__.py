"""Payment gateways behind the gateway port."""
