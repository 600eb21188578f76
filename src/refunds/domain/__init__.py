"""The pure rules of refunds. They use only the standard library, and no I/O, clock, randomness or async."""
