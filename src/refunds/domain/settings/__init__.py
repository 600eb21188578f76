"""Parameters of tenants, their checks, and money limits per currency. Pure."""
