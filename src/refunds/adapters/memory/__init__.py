"""In-memory doubles of the adapters, for tests and the simulator, under the same contract tests as the real ones.

Installed with the simulator's distribution (simulation/), never with the product's; see docs/decisions/0035.
"""
