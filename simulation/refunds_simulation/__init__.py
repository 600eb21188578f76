"""A deterministic simulator of Brik Refunds: one seed is one course of events. See docs/simulator.md."""
