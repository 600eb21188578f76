"""A deterministic simulator of Brik Refunds. One seed determines a whole simulation. See docs/simulator.md."""
