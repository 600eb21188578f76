"""Pure rules of refunds: standard library only; no I/O, no clock, no randomness, no async."""
