"""What all services share, independent of refunds: HTTP, problems, authorization, limits, loops, health."""
