"""Simulates a seed, shrinks a failing seed, and prints the result."""
