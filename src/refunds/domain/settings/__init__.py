"""Contains the parameters of tenants, their checks, and money limits per currency. The modules do no I/O."""
