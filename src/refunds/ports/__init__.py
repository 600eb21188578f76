"""What the use cases need of the outside, as Protocols, one per file; no implementations."""
