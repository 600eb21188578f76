"""The product as its services wire it, and the servers and gateways that it talks to."""
