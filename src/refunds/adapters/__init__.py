"""Implements the ports. Each package here uses one technology, and adapters never import each other."""
