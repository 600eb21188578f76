"""How commands print results."""
