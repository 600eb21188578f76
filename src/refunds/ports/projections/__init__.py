"""Ports to projections, the change stream and the event bus."""
