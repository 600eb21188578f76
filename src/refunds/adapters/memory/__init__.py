"""Contains in-memory versions of the adapters, for tests and the simulator.

They pass the same contract tests as the real adapters. They are installed with the simulator's distribution
(`simulation/`), never with the product's. See docs/decisions/0035.
"""
