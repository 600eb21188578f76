"""Code that all services share and that is independent of refunds: HTTP, authorization, limits, loops, health."""
