"""Runs of the simulator for the tests in tests/simulation."""
