"""Runs a seed, shrinks a failing one, and prints the result."""
