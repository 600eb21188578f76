"""A deterministic simulator of Brik Refunds: a seed determines a whole run. See docs/simulator.md."""
