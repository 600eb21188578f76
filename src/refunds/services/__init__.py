"""The five services; each only wires use cases and translates requests."""
