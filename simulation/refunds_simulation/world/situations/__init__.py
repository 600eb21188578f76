"""Situations: callers, faults and habits of gateways that must meet, which chance alone does not bring about."""
