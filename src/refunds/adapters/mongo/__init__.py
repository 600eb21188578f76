"""Implements the ports of the stores with MongoDB."""
