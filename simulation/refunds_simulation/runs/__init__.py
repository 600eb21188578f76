"""Runs a seed, makes a failing one small, and prints what came of it."""
