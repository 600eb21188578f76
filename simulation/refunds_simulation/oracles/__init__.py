"""Oracles check the product's invariants at the end of a simulation."""
